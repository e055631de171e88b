import { KafkaClient } from '../src/client/index.ts'
import type { Subject } from './brokers.ts'

/** From the start of the program to the first record that is acknowledged. */
export async function startSeconds(subject: Subject): Promise<number> {
  const begin = performance.now()
  const started = subject.start()
  for (;;) {
    const client = new KafkaClient({
      brokers: [subject.brokers],
      clientId: 'bench',
      requestTimeoutMs: 500,
    })
    try {
      const producer = client.producer({ deliveryTimeoutMs: 500 })
      await producer.send({ topic: 'first', value: Buffer.from('hello') })
      const seconds = (performance.now() - begin) / 1000
      await started
      return seconds
    } catch {
      if (performance.now() - begin > 60_000) throw new Error(`${subject.name} does not start`)
    } finally {
      await client.close()
    }
  }
}
