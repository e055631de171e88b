import { LeatError } from '../../../base/errors.ts'
import { sinetCatalogue } from '../../../formats/sinetstream/index.ts'

export const kafkaTransportError = sinetCatalogue({
  'kafka-unreachable': {
    kind: 'ConnectionError',
    says: ({ brokers, why }: { brokers: string; why: string }) =>
      `No Kafka broker of ${brokers} could be used: ${why}`,
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
  'kafka-secure': {
    kind: 'InvalidArgumentError',
    says: ({ parameter }: { parameter: string }) =>
      `'${parameter}' asks for TLS or a login, which leat's Kafka client does not have yet; use a listener with neither.`,
  },
  'kafka-spec': {
    kind: 'InvalidArgumentError',
    says: ({ key, value, wanted }: { key: string; value: string; wanted: string }) =>
      `'${key}' is ${value}; write ${wanted}.`,
  },
  'kafka-failed': {
    kind: 'SinetError',
    says: ({ why }: { why: string }) => why,
  },
  'kafka-unassigned': {
    kind: 'SinetError',
    says: ({ group }: { group: string }) =>
      `Group '${group}' has given this reader no partition, so it cannot seek; does the group have more readers than partitions?`,
  },
})

const argumentCodes = ['invalid-topic-exception', 'record-too-large', 'message-too-large']

/** Any failure of the Kafka client, as the kind of error that SINETStream's programs catch. */
export function asKafkaError(error: unknown, brokers: readonly string[]): LeatError {
  if (!(error instanceof LeatError)) {
    const why = error instanceof Error ? error.message : String(error)
    return kafkaTransportError('kafka-failed', { why }, { cause: error })
  }
  const why = error.message
  const cause = { cause: error }
  if (error.code.endsWith('authorization-failed')) {
    return kafkaTransportError('kafka-not-authorized', { why }, cause)
  }
  if (argumentCodes.includes(error.code))
    return kafkaTransportError('kafka-argument', { why }, cause)
  if (error.retriable || error.code === 'delivery-timed-out' || error.code.startsWith('broker-')) {
    return kafkaTransportError('kafka-unreachable', { brokers: brokers.join(','), why }, cause)
  }
  return kafkaTransportError('kafka-failed', { why }, cause)
}
