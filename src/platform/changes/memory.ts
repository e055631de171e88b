/**
 * What the files said at the last start: a record of a compacted topic, by the name of this leat.
 * Secrets are not in it: references stand there as they were written, all else that may be one is masked.
 */
import type { Logger } from '../../base/logger.ts'
import type { KafkaClient } from '../../client/index.ts'
import { masked } from './text.ts'
import type { Says, Thing } from './things.ts'

export const memoryTopic = '__leat_declared'

/** Longer than a broker that is there needs to answer; a start waits no longer for what it only tells. */
export const memoryTimeoutMs = 3000
/** Several thousand things; a broker takes no more in one record without being told to. */
const mostBytes = 900_000

/** Nothing where it was never started, or by another name. */
export async function rememberedBy(
  client: KafkaClient,
  name: string,
): Promise<readonly Thing[] | undefined> {
  const [topic] = await client.topics([memoryTopic])
  if (topic === undefined || topic.error !== undefined) return undefined
  const records = await lastRecords(client)
  const value = records.get(name)
  return value === undefined ? undefined : (JSON.parse(value) as Thing[])
}

export async function remember(
  client: KafkaClient,
  name: string,
  things: readonly Thing[],
  logger: Logger,
): Promise<void> {
  const value = textOf(things)
  if (value.length > mostBytes) {
    logger.warn('What the files say is too long to be remembered', { bytes: value.length })
    return
  }
  const [topic] = await client.topics([memoryTopic])
  if (topic?.error !== undefined) {
    const config = { 'cleanup.policy': 'compact' }
    const [made] = await client.createTopics([{ name: memoryTopic, partitions: 1, config }])
    if (made?.error !== undefined) throw made.error
  }
  const producer = client.producer()
  await producer.send({ topic: memoryTopic, key: Buffer.from(name), value: Buffer.from(value) })
  await producer.close()
}

export function isRemembered(before: readonly Thing[] | undefined, things: readonly Thing[]) {
  return before !== undefined && JSON.stringify(before) === textOf(things)
}

function textOf(things: readonly Thing[]): string {
  const kept = things.map(withoutSecrets).map(({ kind, name, says }) => ({ kind, name, says }))
  return JSON.stringify(kept)
}

export function withoutSecrets({ says, ...thing }: Thing): Thing {
  const shown: Says = Object.fromEntries(
    Object.entries(says).map(([key, to]) => [key, masked({ key, to }).to ?? '']),
  )
  return { ...thing, says: shown }
}

/** By their keys. */
async function lastRecords(client: KafkaClient): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const place = { topic: memoryTopic, partition: 0 }
  const [end, start] = await client.offsets([
    { ...place, at: 'latest' },
    { ...place, at: 'earliest' },
  ])
  for (const one of [end, start]) if (one?.error !== undefined) throw one.error
  if (end === undefined || end.offset === start?.offset) return found
  const read = Promise.withResolvers<void>()
  const fetcher = client.fetcher({
    reset: 'earliest',
    onRecords: (_topic, _partition, records) => {
      for (const { key, value } of records) {
        if (value === null) found.delete(String(key))
        else found.set(String(key), value.toString())
      }
    },
    onPosition: (_topic, _partition, next) => {
      if (next >= end.offset) read.resolve()
    },
    onError: read.reject,
  })
  try {
    fetcher.assign(memoryTopic, 0, 'earliest')
    await read.promise
  } finally {
    await fetcher.close()
  }
  return found
}
