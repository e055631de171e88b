/** The broker options of a service, by kafka-python's names, as far as they mean something here. */
import type { FetcherOptions } from '../../kafka/fetcher.ts'
import { isolationLevels } from '../../kafka/isolation.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import type { Surroundings } from '../transport.ts'
import { kafkaTransportError } from './errors.ts'

interface Option<Value> {
  readonly about: string
  /** Undefined where the value is not one of those that are `wanted`. */
  readonly read: (value: unknown) => Value | undefined
  readonly wanted: string
  /** Whether errors must not tell its value. */
  readonly isSecret?: boolean
}

const options = {
  group_id: text('The group that a reader is a member of; without one it reads all partitions.'),
  client_id: text("What brokers call the client in their logs; else the service's client_id."),
  auto_offset_reset: choice(
    ['latest', 'earliest', 'none'],
    'Where a reader begins that has no position, or one that is gone: latest (the default), earliest, or none, which is an error.',
  ),
  enable_auto_commit: flag(
    'false: what is read is not committed, except by EXACTLY_ONCE; true by default.',
  ),
  auto_commit_interval_ms: count(
    'How often AT_LEAST_ONCE commits what is done, at most; 100 by default.',
  ),
  max_poll_records: count(
    'So many messages AT_MOST_ONCE commits before it hands them out; 500 by default.',
    1,
  ),
  acks: choice(['0', '1', '-1', 'all'], 'Who must have a message, against the consistency.'),
  compression_type: choice(
    ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    'How batches are compressed; none by default.',
  ),
  linger_ms: count('How long a batch waits for company; 0 by default.'),
  batch_size: count('The size of a batch in bytes; 262144 by default.', 1),
  buffer_memory: count('So many bytes may be on their way before publish waits; 32 MiB.', 1),
  delivery_timeout_ms: count(
    'How long a message is tried; 120000 by default, 30000 with AT_MOST_ONCE.',
    1,
  ),
  request_timeout_ms: count('How long a broker may take for one answer; 30000 by default.', 1),
  api_version_auto_timeout_ms: count(
    'How long opening looks for a broker that answers; 30000 by default.',
    1,
  ),
  metadata_max_age_ms: count('How often a reader looks for new partitions; 30000 by default.', 1),
  session_timeout_ms: count(
    'After so long without a sign of life a member loses its partitions; 45000 by default.',
    1,
  ),
  heartbeat_interval_ms: count('How often a member gives a sign of life; 3000 by default.', 1),
  fetch_min_bytes: count('A fetch waits for so many bytes; 1 by default.'),
  fetch_max_wait_ms: count('How long a fetch waits at most; 500 by default.'),
  fetch_max_bytes: count('The size of an answer with messages; 16 MiB by default.', 1),
  isolation_level: choice(
    isolationLevels,
    'read_committed leaves out what transactions wrote that were aborted; read_uncommitted by default.',
  ),
  max_partition_fetch_bytes: count('The part of one partition in it; 1 MiB by default.', 1),
  security_protocol: choice(
    ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
    'PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; SSL with the parameter tls, else PLAINTEXT.',
  ),
  sasl_mechanism: choice(
    ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
    'How to log in: PLAIN (the default), SCRAM-SHA-256 or SCRAM-SHA-512.',
  ),
  sasl_plain_username: text('The user who logs in.'),
  sasl_plain_password: secret("The user's password."),
  ssl_cafile: text('The authorities to trust, as PEM; or tls.ca_certs.'),
  ssl_certfile: text("The client's certificate, as PEM; or tls.certfile."),
  ssl_keyfile: text('Its key; or tls.keyfile.'),
  ssl_password: secret('The password of the key.'),
  ssl_crlfile: text('Revoked certificates.'),
  ssl_ciphers: text('Cipher suites, by the names of OpenSSL; or tls.ciphers.'),
  ssl_check_hostname: flag(
    "Whether the broker's certificate must be for its name: true by default; or tls.check_hostname.",
  ),
  partition_assignment_strategy: {
    about: 'How a group shares partitions: range.',
    wanted: "'range', the only one that there is",
    read: (value: unknown) =>
      [value].flat().some((one) => String(one).toLowerCase().startsWith('range'))
        ? 'range'
        : undefined,
  },
} as const satisfies Record<string, Option<unknown>>

/** Known, and of no consequence: what they are for is seen to in another way. */
const unheeded = {
  api_version: 'Unheeded: what a broker speaks is asked.',
  retries: 'Unheeded: a message is tried until `delivery_timeout_ms`, and written once.',
  retry_backoff_ms: 'Unheeded: the pause between tries doubles from 50 ms to 1 s.',
  reconnect_backoff_ms: 'Unheeded, as `retry_backoff_ms`.',
  reconnect_backoff_max_ms: 'Unheeded, as `retry_backoff_ms`.',
  max_block_ms: 'Unheeded: publish waits for room as long as it is needed.',
  max_request_size: "Unheeded: the broker's own limit holds.",
  max_in_flight_requests_per_connection: 'Unheeded: five, in order.',
  enable_idempotence: 'Unheeded: it is so, where all replicas acknowledge.',
  max_poll_interval_ms: 'Unheeded: a slow reader keeps its partitions.',
  consumer_timeout_ms: 'Unheeded: `receive_timeout_ms` is for that.',
  connections_max_idle_ms: 'Unheeded: a lost connection is opened again.',
  check_crcs: 'Unheeded: checksums are always compared.',
} as const

export const specKeys: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(options).map(([key, { about }]) => [key, about])),
  ...unheeded,
}

export type KafkaSpec = {
  readonly [Key in keyof typeof options]?: NonNullable<ReturnType<(typeof options)[Key]['read']>>
}

/** Throws InvalidArgumentError for a wrong value; what is unknown goes unheeded, with a warning. */
export function kafkaSpecOf(
  { spec, service }: ServiceParameters,
  { logger }: Surroundings,
): KafkaSpec {
  const read: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(spec)) {
    if (value === undefined || value === null) continue
    if (Object.hasOwn(options, key)) read[key] = readOption(key as keyof typeof options, value)
    else if (!Object.hasOwn(unheeded, key)) {
      logger.warn(`'${key}' is no option of Kafka services that leat knows; it goes unheeded`, {
        service,
        key,
      })
    }
  }
  return read
}

/** What a fetcher is to be told of it. */
export function fetchingOf(spec: KafkaSpec) {
  const reset = spec.auto_offset_reset ?? 'latest'
  return {
    ...(spec.fetch_min_bytes !== undefined && { minBytes: spec.fetch_min_bytes }),
    ...(spec.fetch_max_wait_ms !== undefined && { maxWaitMs: spec.fetch_max_wait_ms }),
    ...(spec.fetch_max_bytes !== undefined && { maxBytes: spec.fetch_max_bytes }),
    ...(spec.max_partition_fetch_bytes !== undefined && {
      maxPartitionBytes: spec.max_partition_fetch_bytes,
    }),
    committedOnly: spec.isolation_level === 'read_committed',
    reset: reset === 'none' ? undefined : reset,
  } satisfies Partial<FetcherOptions>
}

function readOption(key: keyof typeof options, value: unknown): unknown {
  const { read, wanted, isSecret = false }: Option<unknown> = options[key]
  const found = read(value)
  if (found !== undefined) return found
  const shown = isSecret ? 'not that' : JSON.stringify(value)
  throw kafkaTransportError('kafka-spec', { key, value: shown, wanted })
}

function text(about: string) {
  const read = (value: unknown) =>
    (typeof value === 'string' && value !== '') || typeof value === 'number'
      ? String(value)
      : undefined
  return { about, read, wanted: 'some text' }
}

/** Bytes are what was encrypted in the file. */
function secret(about: string) {
  const read = (value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString() : text(about).read(value)
  return { about, read, wanted: 'some text', isSecret: true }
}

function count(about: string, least = 0) {
  const read = (value: unknown) => {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value
    return typeof number === 'number' && number >= least && number < 2 ** 31
      ? Math.floor(number)
      : undefined
  }
  return { about, read, wanted: `a number of at least ${least}` }
}

function flag(about: string) {
  const read = (value: unknown) => {
    const found = ['false', 'true'].indexOf(String(value).toLowerCase())
    return found < 0 ? undefined : found === 1
  }
  return { about, read, wanted: 'true or false' }
}

function choice<const Choice extends string>(choices: readonly Choice[], about: string) {
  const read = (value: unknown) => choices.find((one) => one === String(value))
  return { about, read, wanted: choices.join(' or ') }
}
