import { type Clock, pause } from '../../base/clock.ts'
import { type KafkaClient, selectTopics } from '../../client/index.ts'
import { connectError, sentenceOf } from '../errors.ts'
import { decimalText, isDecimal, type RecordOrigin, type SinkRecord } from '../kit/index.ts'
import { sinkSettings } from '../options/settings.ts'
import type { ConnectorConfig } from '../state/config-store.ts'
import { consumerOptions, overridesOf } from './client-overrides.ts'
import { openConversion } from './conversion.ts'
import { ErrorPolicy } from './error-policy.ts'
import { withSecrets } from './secrets.ts'
import type { Services } from './services.ts'
import { toSinkRecords } from './sink-records.ts'
import { topicSelection } from './sink-task.ts'

export interface PreviewedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key?: unknown
  readonly value?: unknown
  /** Why it could not be taken. */
  readonly error?: string
  /** A transform has taken it out. */
  readonly dropped?: true
}

const longestMs = 10_000

/** The first records of a sink's topics, behind converters and transforms; nothing else happens. */
export async function previewSink(
  stored: ConnectorConfig,
  most: number,
  services: Services,
): Promise<PreviewedRecord[]> {
  const { client, clock, random, logger } = services
  const config = await withSecrets(stored, services.secrets)
  const settings = sinkSettings(config)
  const topics = await selectTopics(topicSelection(settings), client)
  if (topics.length === 0) {
    throw connectError('bad-request', {
      why: 'Only sinks are previewed, of topics that are there.',
    })
  }
  const conversion = await openConversion(config, services.defaults)
  const { fetching } = consumerOptions(overridesOf(config, 'consumer', services.defaults))
  const origins = await firstRecords(topics, most, { client, clock, ...fetching })
  const errors = new Map<RecordOrigin, string>()
  const tolerant = { ...settings, 'errors.tolerance': 'all', 'errors.retry.timeout': 0 } as const
  const policy = new ErrorPolicy<RecordOrigin>(tolerant, {
    ...{ clock, random, logger, signal: AbortSignal.timeout(longestMs) },
    describe: ({ topic, partition, offset }) => `record ${topic}-${partition}@${offset}`,
    onRetry() {},
    onPassedOver: async (origin, { error }) => void errors.set(origin, sentenceOf(error)),
  })
  const taken = new Map<RecordOrigin, SinkRecord>()
  for (const record of await toSinkRecords(origins, conversion, policy)) {
    taken.set(record.origin, record)
  }
  return origins.map((origin) => shown(origin, taken.get(origin), errors.get(origin)))
}

interface Reading {
  readonly client: KafkaClient
  readonly clock: Clock
  readonly committedOnly?: boolean | undefined
}

async function firstRecords(
  topics: readonly string[],
  most: number,
  { client, clock, committedOnly = false }: Reading,
): Promise<RecordOrigin[]> {
  const infos = await client.topics(topics)
  const asked = infos.flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partition }) => ({
      ...{ topic, partition, committedOnly },
      at: 'latest' as const,
    })),
  )
  const open = new Map(
    (await client.offsets(asked))
      .filter(({ offset }) => offset > 0n)
      .map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]),
  )
  const origins: RecordOrigin[] = []
  const done = new AbortController()
  const check = () => {
    if (open.size === 0 || origins.length >= most) done.abort()
  }
  await using fetcher = client.fetcher({
    maxWaitMs: 100,
    committedOnly,
    reset: 'earliest',
    onRecords: (topic, partition, records) => {
      for (const record of records) origins.push({ topic, partition, ...record })
      check()
    },
    onPosition: (topic, partition, next) => {
      if (next >= (open.get(`${topic}/${partition}`) ?? 0n)) open.delete(`${topic}/${partition}`)
      check()
    },
    onError: () => done.abort(),
  })
  check()
  for (const { topic, partition } of asked) fetcher.assign(topic, partition, 'earliest')
  await pause(longestMs, { clock, signal: done.signal })
  return origins.slice(0, most)
}

function shown(
  { topic, partition, offset }: RecordOrigin,
  record: SinkRecord | undefined,
  error: string | undefined,
): PreviewedRecord {
  const place = { topic, partition, offset: `${offset}` }
  if (error !== undefined) return { ...place, error }
  if (record === undefined) return { ...place, dropped: true }
  return { ...place, topic: record.topic, key: json(record.key), value: json(record.value) }
}

/** Connect's data as JSON can say it. */
function json(value: unknown): unknown {
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (value instanceof Date) return value.toISOString()
  if (isDecimal(value)) return decimalText(value)
  if (Array.isArray(value)) return value.map(json)
  if (value instanceof Map) return json(Object.fromEntries(value))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, json(one)]))
}
