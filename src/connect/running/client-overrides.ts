/**
 * `consumer.override.*` and `producer.override.*` of a connector, and the worker's `consumer.*` and
 * `producer.*`: Kafka's keys as what our client calls them.
 */
import {
  type GroupConsumerOptions,
  isolationLevels,
  type ProducerOptions,
} from '../../client/index.ts'
import { connectError } from '../errors.ts'
import type { ConnectorConfig } from '../state/config-store.ts'

type Overrides = Readonly<Record<string, string>>

/**
 * What the worker says of all its clients, and the connector of its own, which goes before. Throws
 * 'bad-request' for what the worker's `connector.client.config.override.policy` does not allow.
 */
export function overridesOf(
  config: ConnectorConfig,
  client: 'consumer' | 'producer',
  worker: ConnectorConfig,
): Overrides {
  const prefix = `${client}.override.`
  const found = Object.entries(config).filter(([key]) => key.startsWith(prefix))
  const policy = worker['connector.client.config.override.policy'] ?? 'All'
  const allowed = allowedBy[policy.replace(/^.*\.|ConnectorClientConfigOverridePolicy$/g, '')]
  const wrong = found.find(([key]) => allowed?.(key.slice(prefix.length)) !== true)?.[0]
  if (wrong !== undefined) {
    const why = `'${wrong}' is not allowed by this worker (connector.client.config.override.policy: ${policy}).`
    throw connectError('bad-request', { why })
  }
  const own = found.map(([key, value]) => [key.slice(prefix.length), value])
  return { ...ofWorker(worker, client), ...Object.fromEntries(own) }
}

/** Each connector is a group by itself. */
const ofConnectorsAlone = ['group.id', 'client.id']

function ofWorker(worker: ConnectorConfig, client: string): Overrides {
  const pairs = Object.entries(worker).flatMap(([key, value]) => {
    const name = key.startsWith(`${client}.`) ? key.slice(client.length + 1) : undefined
    return name === undefined || ofConnectorsAlone.includes(name) ? [] : [[name, value]]
  })
  return Object.fromEntries(pairs)
}

const ofPrincipals = ['security.protocol', 'sasl.jaas.config', 'sasl.mechanism']

/** Kafka Connect's policies; under one that is not known here nothing is allowed. */
const allowedBy: Readonly<Record<string, (key: string) => boolean>> = {
  All: () => true,
  None: () => false,
  Principal: (key) => ofPrincipals.includes(key),
}

/** The way to Kafka, where it is another one than the worker's: other brokers, another login. */
export interface OtherWay {
  readonly brokers: readonly string[] | undefined
  readonly security: Readonly<Record<string, string | undefined>>
}

export function otherWayIn(overrides: Overrides): OtherWay | undefined {
  const brokers = overrides['bootstrap.servers']?.split(',').map((one) => one.trim())
  const ofSecurity = Object.entries(overrides).filter(([key]) =>
    /^(security\.protocol$|ssl\.|sasl\.)/.test(key),
  )
  if (brokers === undefined && ofSecurity.length === 0) return undefined
  return { brokers, security: Object.fromEntries(ofSecurity) }
}

/** How long the partitions of a task whose worker has died wait for another one. */
const sessionTimeoutMs = 10_000

export function consumerOptions(overrides: Overrides): Partial<GroupConsumerOptions> {
  const read = numbersOf(overrides)
  return {
    sessionTimeoutMs,
    ...read('session.timeout.ms', 'sessionTimeoutMs', 1),
    ...read('heartbeat.interval.ms', 'heartbeatMs', 1),
    ...read('max.poll.interval.ms', 'rebalanceTimeoutMs', 1),
    ...read('metadata.max.age.ms', 'metadataMaxAgeMs'),
    fromBeginning: overrides['auto.offset.reset'] !== 'latest',
    fetching: {
      ...read('fetch.min.bytes', 'minBytes'),
      ...read('fetch.max.bytes', 'maxBytes'),
      ...read('fetch.max.wait.ms', 'maxWaitMs'),
      ...read('max.partition.fetch.bytes', 'maxPartitionBytes'),
      committedOnly: readsCommittedOnly(overrides),
    },
  }
}

/** Kafka's consumers read all records unless they are told otherwise. */
function readsCommittedOnly({ 'isolation.level': given = 'read_uncommitted' }: Overrides): boolean {
  const level = isolationLevels.find((one) => one === given.toLowerCase())
  if (level !== undefined) return level === 'read_committed'
  const why = `'isolation.level' is '${given}'; write ${isolationLevels.join(' or ')}.`
  throw connectError('bad-request', { why })
}

const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

export function producerOptions(overrides: Overrides): ProducerOptions {
  const read = numbersOf(overrides)
  const compression = compressions.find((one) => one === overrides['compression.type'])
  return {
    ...read('linger.ms', 'lingerMs'),
    ...read('batch.size', 'batchBytes'),
    ...read('buffer.memory', 'maxBufferedBytes'),
    ...read('delivery.timeout.ms', 'deliveryTimeoutMs'),
    ...(compression !== undefined && { compression }),
  }
}

/** As large as what waits, because databases like large batches; Kafka's own default is 500. */
const usualMostRecords = 5000

export function mostRecordsIn(overrides: Overrides): number {
  const { most = usualMostRecords } = numbersOf(overrides)('max.poll.records', 'most', 1)
  return most
}

/** Kafka's type of these keys has 32 bits. */
const largestInt = 2 ** 31 - 1

function numbersOf(overrides: Overrides) {
  return <Name extends string>(key: string, name: Name, least = 0): { [Key in Name]?: number } => {
    const text = overrides[key]
    if (text === undefined) return {}
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (Number.isInteger(value) && value >= least && value <= largestInt) {
      return { [name]: value } as { [Key in Name]: number }
    }
    const why = `'${key}' is '${text}'; write a whole number from ${least} to ${largestInt}.`
    throw connectError('bad-request', { why })
  }
}
