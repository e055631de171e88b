import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { Context } from '../handler.ts'
import type { KafkaError } from '../kafka-errors.ts'

/**
 * Counts partitions that are made or deleted. Since `strictSince` a client that owes some is
 * refused until it has waited; older ones, which do not know that error, wait afterwards.
 */
export function mutationProblem(
  context: Context,
  partitions: number,
  strictSince: number,
): KafkaError | undefined {
  const { quotas } = context.broker
  const { throttleMs, ok } = quotas.mutate(context, partitions, context.version >= strictSince)
  context.throttle(throttleMs)
  return ok ? undefined : exceeded
}

const exceeded: KafkaError = {
  errorCode: errorCode.THROTTLING_QUOTA_EXCEEDED,
  errorMessage: 'The throttling quota has been exceeded.',
}
