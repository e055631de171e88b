import { LeatError } from '../../../base/errors.ts'
import { SinetError, sinetCatalogue } from '../../../formats/sinetstream/index.ts'

export const kafkaTransportError = sinetCatalogue({
  'kafka-unreachable': {
    kind: 'ConnectionError',
    says: ({ brokers, why }: { brokers: string; why: string }) =>
      `No Kafka broker of ${brokers} could be used: ${why}`,
    retriable: true,
  },
  'kafka-not-delivered': {
    kind: 'ConnectionError',
    says: ({ why }: { why: string }) => why,
    retriable: true,
  },
  'kafka-not-authorized': {
    kind: 'AuthorizationError',
    says: ({ why }: { why: string }) => `The Kafka broker refuses it: ${why}`,
  },
  'kafka-argument': {
    kind: 'InvalidArgumentError',
    says: ({ why }: { why: string }) => why,
  },
  'kafka-spec': {
    kind: 'InvalidArgumentError',
    says: ({ key, value, wanted }: { key: string; value: string; wanted: string }) =>
      `'${key}' is ${value}; write ${wanted}.`,
  },
  'kafka-no-position': {
    kind: 'InvalidArgumentError',
    says: ({ topic }: { topic: string }) =>
      `There is no position in topic '${topic}' to begin at, and 'auto_offset_reset' is 'none'; write latest or earliest.`,
  },
  'kafka-unassigned': {
    kind: 'SinetError',
    says: ({ group }: { group: string }) =>
      `Group '${group}' has given this reader no partition at the moment, so it cannot seek; does the group have more readers than partitions?`,
    retriable: true,
  },
  'kafka-failed': {
    kind: 'SinetError',
    says: ({ why }: { why: string }) => why,
  },
})

/** By the codes of the client's errors, which are Kafka's names where a broker answered. */
const entries: Readonly<Record<string, Said>> = {
  'broker-address-invalid': 'kafka-argument',
  'invalid-topic-exception': 'kafka-argument',
  'invalid-group-id': 'kafka-argument',
  'invalid-session-timeout': 'kafka-argument',
  'inconsistent-group-protocol': 'kafka-argument',
  'record-too-large': 'kafka-argument',
  'message-too-large': 'kafka-argument',
  'unknown-topic-or-partition': 'kafka-argument',
  'delivery-timed-out': 'kafka-not-delivered',
  'buffer-full': 'kafka-failed',
  'security-setting': 'kafka-argument',
  'login-refused': 'kafka-not-authorized',
}

/** TLS and the choice of a login come to nothing before the broker is asked for anything. */
const unreachable = ['tls-refused', 'tls-wanted', 'login-unexpected', 'mechanism-not-offered']

type Said = 'kafka-argument' | 'kafka-not-delivered' | 'kafka-not-authorized' | 'kafka-failed'

/** Any failure of the Kafka client, as the kind of error that SINETStream's programs catch. */
export function asKafkaError(error: unknown, brokers: readonly string[]): SinetError {
  if (error instanceof SinetError) return error
  const why = error instanceof Error ? error.message : String(error)
  const cause = { cause: error }
  if (!(error instanceof LeatError)) return kafkaTransportError('kafka-failed', { why }, cause)
  if (error.code.endsWith('authorization-failed')) {
    return kafkaTransportError('kafka-not-authorized', { why }, cause)
  }
  const known = entries[error.code]
  if (known !== undefined) return kafkaTransportError(known, { why }, cause)
  const isPassing = error.retriable || unreachable.includes(error.code)
  if (!isPassing) return kafkaTransportError('kafka-failed', { why }, cause)
  return kafkaTransportError('kafka-unreachable', { brokers: brokers.join(','), why }, cause)
}
