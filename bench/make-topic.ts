import { KafkaClient } from '../src/client/index.ts'
import { eventually } from '../test/helpers/eventually.ts'

interface Brokers {
  readonly brokers: string
}

export async function makeTopic(
  { brokers }: Brokers,
  name: string,
  partitions: number,
): Promise<void> {
  await using client = clientOf(brokers)
  await client.createTopics([{ name, partitions }])
  await eventually('the topic is there', async () => {
    const [topic] = await client.topics([name])
    return topic?.error === undefined && topic?.partitions.length === partitions
  })
}

export async function deleteTopic({ brokers }: Brokers, name: string): Promise<void> {
  await using client = clientOf(brokers)
  await client.deleteTopics([name])
}

function clientOf(brokers: string): KafkaClient {
  return new KafkaClient({ brokers: [brokers], clientId: 'bench' })
}
