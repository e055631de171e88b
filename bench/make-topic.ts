import { KafkaClient } from '../src/client/index.ts'
import { eventually } from '../test/helpers/eventually.ts'
import type { Subject } from './brokers.ts'

export async function makeTopic(subject: Subject, name: string, partitions: number): Promise<void> {
  const client = new KafkaClient({ brokers: [subject.brokers], clientId: 'bench' })
  try {
    await client.createTopics([{ name, partitions }])
    await eventually('the topic is there', async () => {
      const [topic] = await client.topics([name])
      return topic?.error === undefined && topic?.partitions.length === partitions
    })
  } finally {
    await client.close()
  }
}
