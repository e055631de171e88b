import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import type { ConsoleApp, Services } from '../services.ts'

/** Which brokers there are: whoever is let in may know, as at the broker itself. */
export function addCluster(app: ConsoleApp, { client }: Services): void {
  app.get('/api/cluster', async (context) => {
    const asked = { topics: [], allowAutoTopicCreation: false }
    const answer = await (await client()).request(Metadata, asked)
    const { clusterId: id, controllerId, brokers } = answer
    return context.json({
      ...{ id, controller: controllerId < 0 ? null : controllerId },
      brokers: brokers.map(({ nodeId, host, port, rack }) => ({ id: nodeId, host, port, rack })),
    })
  })
}
