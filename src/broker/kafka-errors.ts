import { LeatError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'

export interface KafkaError {
  readonly errorCode: number
  readonly errorMessage: string | null
}

/** What each expected failure of the log and the broker is called in Kafka's protocol. */
const codes: Readonly<Record<string, number>> = {
  'topic-exists': errorCode.TOPIC_ALREADY_EXISTS,
  'topic-unknown': errorCode.UNKNOWN_TOPIC_OR_PARTITION,
  'topic-name-invalid': errorCode.INVALID_TOPIC_EXCEPTION,
  'topic-reserved': errorCode.INVALID_TOPIC_EXCEPTION,
  'too-many-partitions': errorCode.POLICY_VIOLATION,
  'too-many-quotas': errorCode.POLICY_VIOLATION,
  'too-many-acls': errorCode.POLICY_VIOLATION,
  'too-many-delegation-tokens': errorCode.POLICY_VIOLATION,
  'delegation-token-too-large': errorCode.POLICY_VIOLATION,
  'partition-count-invalid': errorCode.INVALID_PARTITIONS,
  'config-invalid': errorCode.INVALID_CONFIG,
  'config-unknown': errorCode.INVALID_CONFIG,
  'config-conflict': errorCode.INVALID_CONFIG,
  'log-sealed': errorCode.KAFKA_STORAGE_ERROR,
  'disk-full': errorCode.KAFKA_STORAGE_ERROR,
  'damaged-segment': errorCode.KAFKA_STORAGE_ERROR,
  'missing-records': errorCode.KAFKA_STORAGE_ERROR,
  'partition-deleted': errorCode.UNKNOWN_TOPIC_OR_PARTITION,
  'offset-out-of-range': errorCode.OFFSET_OUT_OF_RANGE,
  'out-of-order-sequence': errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  'duplicate-sequence': errorCode.DUPLICATE_SEQUENCE_NUMBER,
  'invalid-producer-epoch': errorCode.INVALID_PRODUCER_EPOCH,
}

/** Translates a failure for a client; one that nobody expected is our bug, and is logged as one. */
export function kafkaError(error: unknown, logger: Logger): KafkaError {
  if (error instanceof LeatError) {
    const code = codes[error.code]
    if (code !== undefined) return { errorCode: code, errorMessage: error.message }
  }
  logger.error('A request failed unexpectedly', {
    error: error instanceof Error ? error.stack : String(error),
  })
  return {
    errorCode: errorCode.UNKNOWN_SERVER_ERROR,
    errorMessage: 'The broker failed unexpectedly; its log says why.',
  }
}
