/** How far copies are behind: in records, and in time by the first record that is not copied. */
import { type Clock, pause } from '../../base/clock.ts'
import type { KafkaClient } from '../../client/index.ts'
import type { TopicPartition } from '../../connect/kit/index.ts'

/** A partition of the source. */
export interface Place extends TopicPartition {
  /** Up to where it is copied; undefined where nothing was copied yet. */
  readonly copied: bigint | undefined
}

export interface Behind extends TopicPartition {
  /** What is copied next, and where the partition ends. */
  readonly next: bigint
  readonly end: bigint
  readonly records: number
  /** How old the first record is that is not copied; 0 where all are. */
  readonly ms: number | undefined
  /** Why it cannot be said. */
  readonly error?: string
}

/** One batch of each partition is looked at; what takes longer stays unknown. */
const looking = { maxBytes: 1024 * 1024, maxPartitionBytes: 1, maxWaitMs: 100 }
const longestMs = 5000

export async function behindOf(
  client: KafkaClient,
  places: readonly Place[],
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Behind[]> {
  const [starts, ends] = await Promise.all(
    (['earliest', 'latest'] as const).map((at) =>
      client.offsets(places.map(({ topic, partition }) => ({ topic, partition, at }))),
    ),
  )
  const found = places.map(({ topic, partition, copied = 0n }, index): Behind => {
    const [start, end] = [starts?.[index], ends?.[index]]
    const error = start?.error ?? end?.error
    const first = start?.offset ?? 0n
    const next = copied > first ? copied : first
    const last = end?.offset ?? 0n
    const records = Math.max(0, Number(last - next))
    const ms = records === 0 && error === undefined ? 0 : undefined
    const known = { topic, partition, next, end: last, records, ms }
    return error === undefined ? known : { ...known, error: error.message }
  })
  const waiting = found.filter(({ records }) => records > 0)
  const seen = await look(client, waiting, { clock, signal })
  return found.map((one) => ({ ...one, ...seen.get(nameOf(one)) }))
}

/** By partition: the age of its first record from `next` on, or why that cannot be read. */
async function look(
  client: KafkaClient,
  waiting: readonly Behind[],
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
) {
  const seen = new Map<string, { ms: number } | { error: string }>()
  if (waiting.length === 0) return seen
  const done = new AbortController()
  const note = (topic: string, partition: number, what: { ms: number } | { error: string }) => {
    seen.set(nameOf({ topic, partition }), what)
    fetcher.unassign(topic, partition)
    if (seen.size === waiting.length) done.abort()
  }
  await using fetcher = client.fetcher({
    ...looking,
    reset: 'earliest',
    onRecords: (topic, partition, [first]) => {
      const at = Number(first?.timestamp ?? -1n)
      note(topic, partition, { ms: Math.max(0, clock.now() - at) })
    },
    onPosition: (topic, partition, next) => {
      // Only markers are left: no record waits.
      const asked = waiting.find((one) => one.topic === topic && one.partition === partition)
      if (next >= (asked?.end ?? 0n) && !seen.has(nameOf({ topic, partition }))) {
        note(topic, partition, { ms: 0 })
      }
    },
    onError: (error, topic, partition) => {
      note(topic, partition, { error: error instanceof Error ? error.message : String(error) })
    },
  })
  for (const { topic, partition, next } of waiting) fetcher.assign(topic, partition, next)
  await pause(longestMs, { clock, signal: AbortSignal.any([signal, done.signal]) })
  return seen
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
