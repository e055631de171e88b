/** The broker options of a service, under kafka-python's names, as far as they mean something here. */
import type { ServiceParameters } from '../../service/parameters.ts'
import type { Surroundings } from '../transport.ts'
import { kafkaTransportError } from './errors.ts'

export const specKeys = {
  group_id: 'The group that this reader is a member of.',
  auto_offset_reset:
    'Where a reader begins without a committed offset: latest (the default) or earliest.',
  acks: '0, 1 or all, instead of what the consistency asks for.',
  compression_type: 'How Kafka batches are compressed: gzip, snappy, lz4 or zstd.',
  linger_ms: 'How long a batch waits for company.',
  batch_size: 'The size of a batch, in bytes.',
  buffer_memory: 'So many bytes may wait for their acknowledgement; publish waits beyond it.',
  delivery_timeout_ms: 'How long a message is tried.',
  session_timeout_ms: 'After so long without a heartbeat a reader loses its partitions.',
  heartbeat_interval_ms: 'The time between heartbeats.',
  fetch_max_wait_ms: 'How long a broker may keep a fetch that finds nothing.',
  request_timeout_ms: 'How long one request may take; also how long opening is tried.',
  metadata_max_age_ms: 'After so long a reader without a group looks for new partitions.',
} as const

/** Known to kafka-python, of no consequence here: its defaults are kept in other ways. */
const withoutConsequence = new Set([
  'api_version',
  'api_version_auto_timeout_ms',
  'client_id',
  'retries',
  'retry_backoff_ms',
  'reconnect_backoff_ms',
  'max_request_size',
  'max_in_flight_requests_per_connection',
  'enable_auto_commit',
  'auto_commit_interval_ms',
  'max_poll_records',
  'max_poll_interval_ms',
  'fetch_min_bytes',
  'fetch_max_bytes',
  'max_partition_fetch_bytes',
  'consumer_timeout_ms',
  'partition_assignment_strategy',
  'connections_max_idle_ms',
  'check_crcs',
  'enable_idempotence',
])

const compressions = ['gzip', 'snappy', 'lz4', 'zstd'] as const

export interface KafkaSpec {
  readonly group: string | undefined
  readonly fromBeginning: boolean
  readonly acks: 0 | 1 | -1
  readonly compression: (typeof compressions)[number] | 'none'
  readonly lingerMs: number
  readonly batchBytes: number
  readonly maxBufferedBytes: number
  readonly deliveryTimeoutMs: number
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
  readonly maxWaitMs: number
  readonly requestTimeoutMs: number
  readonly metadataMaxAgeMs: number
}

/** @throws InvalidArgumentError; what is unknown goes unheeded, with a warning. */
export function kafkaSpecOf(parameters: ServiceParameters, { logger }: Surroundings): KafkaSpec {
  const { spec, consistency, tls } = parameters
  if (tls !== undefined) throw kafkaTransportError('kafka-secure', { parameter: 'tls' })
  for (const key of Object.keys(spec)) {
    const asksForSecurity = /^(sasl_|ssl_)/.test(key)
    const isPlain = key === 'security_protocol' && spec[key] === 'PLAINTEXT'
    if (asksForSecurity || (key === 'security_protocol' && !isPlain)) {
      throw kafkaTransportError('kafka-secure', { parameter: key })
    }
    if (isPlain || key in specKeys || withoutConsequence.has(key)) continue
    logger.warn('A broker option is not known and goes unheeded', { type: 'kafka', option: key })
  }
  const reset = choice(spec, 'auto_offset_reset', ['latest', 'earliest'], 'latest')
  const defaultAcks = consistency === 'AT_MOST_ONCE' ? '0' : 'all'
  const acks = choice(spec, 'acks', ['0', '1', 'all', '-1'], defaultAcks)
  return {
    group: text(spec, 'group_id'),
    fromBeginning: reset === 'earliest',
    acks: acks === '0' ? 0 : acks === '1' ? 1 : -1,
    compression: choice(spec, 'compression_type', [...compressions, 'none'], 'none'),
    lingerMs: number(spec, 'linger_ms', 0),
    batchBytes: number(spec, 'batch_size', 256 * 1024),
    maxBufferedBytes: number(spec, 'buffer_memory', 32 * 1024 * 1024),
    // Python's publish gives up on a broker that is away after 30 s where nothing is promised.
    deliveryTimeoutMs: number(spec, 'delivery_timeout_ms', acks === '0' ? 30_000 : 120_000),
    sessionTimeoutMs: number(spec, 'session_timeout_ms', 45_000),
    heartbeatMs: number(spec, 'heartbeat_interval_ms', 3000),
    maxWaitMs: number(spec, 'fetch_max_wait_ms', 500),
    requestTimeoutMs: number(spec, 'request_timeout_ms', 30_000),
    metadataMaxAgeMs: number(spec, 'metadata_max_age_ms', 60_000),
  }
}

type Spec = Readonly<Record<string, unknown>>

function text(spec: Spec, key: string): string | undefined {
  const value = spec[key]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value !== '') return value
  throw wrong(key, value, 'some text')
}

function number(spec: Spec, key: string, fallback: number): number {
  const value = spec[key]
  if (value === undefined || value === null) return fallback
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw wrong(key, value, 'a number of at least 0')
}

function choice<const Choice extends string>(
  spec: Spec,
  key: string,
  choices: readonly Choice[],
  fallback: NoInfer<Choice>,
): Choice {
  const value = spec[key]
  if (value === undefined || value === null) return fallback
  const found = choices.find((one) => one === String(value))
  if (found !== undefined) return found
  throw wrong(key, value, choices.join(' or '))
}

function wrong(key: string, value: unknown, wanted: string) {
  return kafkaTransportError('kafka-spec', { key, value: JSON.stringify(value), wanted })
}
