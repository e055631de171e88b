import type { KafkaClient } from '../../client/index.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import type { ConsoleApp, Services } from '../services.ts'

/** Which brokers there are: whoever is let in may know, as at the broker itself. */
export function addCluster(app: ConsoleApp, { client }: Services): void {
  app.get('/api/cluster', async (context) => context.json(await clusterTold(await client())))
}

export async function clusterTold(client: Pick<KafkaClient, 'request'>) {
  const asked = { topics: [], allowAutoTopicCreation: false }
  const { clusterId: id, controllerId, brokers } = await client.request(Metadata, asked)
  return {
    ...{ id, controller: controllerId < 0 ? null : controllerId },
    brokers: brokers.map(({ nodeId, host, port, rack }) => ({ id: nodeId, host, port, rack })),
  }
}
