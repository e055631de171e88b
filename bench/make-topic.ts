import { KafkaClient } from '../src/client/index.ts'
import { eventually } from '../test/helpers/eventually.ts'
import type { Subject } from './brokers.ts'

export async function makeTopic(subject: Subject, name: string, partitions: number): Promise<void> {
  await using client = clientOf(subject)
  await client.createTopics([{ name, partitions }])
  await eventually('the topic is there', async () => {
    const [topic] = await client.topics([name])
    return topic?.error === undefined && topic?.partitions.length === partitions
  })
}

export async function deleteTopic(subject: Subject, name: string): Promise<void> {
  await using client = clientOf(subject)
  await client.deleteTopics([name])
}

function clientOf(subject: Subject): KafkaClient {
  return new KafkaClient({ brokers: [subject.brokers], clientId: 'bench' })
}
