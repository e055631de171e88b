import { setTimeout as pause } from 'node:timers/promises'
import { KafkaClient } from '../src/client/index.ts'
import { accepts } from '../test/helpers/ports.ts'
import type { Subject } from './brokers.ts'

const longestStartMs = 60_000

/** From the start of the program to the first record that is acknowledged. */
export async function startSeconds(subject: Subject): Promise<number> {
  const begin = performance.now()
  const started = subject.start()
  const port = Number(subject.brokers.split(':').at(-1))
  while (!(await accepts(port))) {
    if (performance.now() - begin > longestStartMs)
      throw new Error(`${subject.name} does not start`)
    await pause(2)
  }
  const client = new KafkaClient({ brokers: [subject.brokers], clientId: 'bench' })
  try {
    const producer = client.producer({ deliveryTimeoutMs: longestStartMs })
    await producer.send({ topic: 'first', value: Buffer.from('hello') })
    const seconds = (performance.now() - begin) / 1000
    await started
    return seconds
  } finally {
    await client.close()
  }
}
