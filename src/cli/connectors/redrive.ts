import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaClient } from '../../client/index.ts'
import { cliError } from '../errors.ts'

export interface Redrive {
  readonly client: KafkaClient
  /** Of dead letters; what was redriven of it is committed by the group. */
  readonly from: string
  readonly group: string
  /** Else the topic that each record says it came from. */
  readonly to?: string
  readonly recordsPerSecond: number
  readonly signal: AbortSignal
}

const contextPrefix = '__connect.errors.'

/** Writes what stands in a topic of dead letters now back to where it came from; gives how many. */
export async function redrive({ client, from, group, ...options }: Redrive): Promise<number> {
  const ends = await endsOf(client, from)
  const producer = client.producer()
  const done = Promise.withResolvers<void>()
  const finish = (partition: number, next: bigint) => {
    if (next >= (ends.get(partition) ?? 0n)) ends.delete(partition)
    if (ends.size === 0) done.resolve()
  }
  let count = 0
  const consumer = client.consumer({
    ...{ group, topics: [from], fromBeginning: true },
    onAssigned: (positions) => {
      for (const { partition, next } of positions) finish(partition, next)
    },
    onRecords: async (_topic, partition, records) => {
      for (const { key, value, headers, offset } of records) {
        if (options.signal.aborted || !ends.has(partition)) return offset
        const to = options.to ?? originIn(headers)
        const kept = headers.filter((one) => !one.key.startsWith(contextPrefix))
        await producer.send({ topic: to, key, value, headers: kept })
        count += 1
        await sleep(1000 / options.recordsPerSecond)
      }
      // The consumer commits it before it closes.
      finish(partition, (records.at(-1)?.offset ?? -1n) + 1n)
      return undefined
    },
  })
  options.signal.addEventListener('abort', () => done.resolve())
  await Promise.race([consumer.run(), done.promise])
  await consumer.close()
  await producer.close()
  return count
}

async function endsOf(client: KafkaClient, topic: string): Promise<Map<number, bigint>> {
  const [info] = await client.topics([topic])
  if (info === undefined || info.error !== undefined) {
    throw cliError('failed', { problem: `There is no topic of dead letters '${topic}'.` })
  }
  const found = await client.offsets(
    info.partitions.map(({ partition }) => ({ topic, partition, at: 'latest' as const })),
  )
  return new Map(found.map(({ partition, offset }) => [partition, offset]))
}

function originIn(headers: readonly { key: string; value: Buffer | null }[]): string {
  const origin = headers.find(({ key }) => key === `${contextPrefix}topic`)?.value
  if (origin !== null && origin !== undefined) return origin.toString()
  const problem =
    'A dead letter does not say which topic it is from; name one (--to TOPIC), and set errors.deadletterqueue.context.headers.enable=true for those to come.'
  throw cliError('failed', { problem })
}
