import { clusterName } from '../../access/acl.ts'
import { InitProducerId } from '../../protocols/kafka/apis/22-init-producer-id.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { type Context, handler } from '../handler.ts'
import { type KafkaError, kafkaError } from '../kafka-errors.ts'

const nobody = { throttleTimeMs: 0, producerId: -1n, producerEpoch: -1 }

/** Gives an idempotent producer its identity. Transactional ones are refused: see LIMITS.md. */
export const initProducerId = handler(InitProducerId, async (request, context) => {
  const { broker } = context
  const refusal = refusalOf(request.transactionalId, context)
  if (refusal !== undefined) return { errorCode: refusal.errorCode, ...nobody }
  if (request.transactionalId !== null) {
    return { errorCode: errorCode.INVALID_REQUEST, ...nobody }
  }
  try {
    const producerId = await broker.producerIds.next()
    return { throttleTimeMs: 0, errorCode: errorCode.NONE, producerId, producerEpoch: 0 }
  } catch (error) {
    return { errorCode: kafkaError(error, broker.logger).errorCode, ...nobody }
  }
})

/** Whoever may write to some topic may do so with a sequence. */
function refusalOf(transactionalId: string | null, context: Context): KafkaError | undefined {
  if (transactionalId !== null) {
    const isAllowed = context.allows('Write', 'TransactionalId', transactionalId)
    return isAllowed ? undefined : refused.TransactionalId
  }
  const isAllowed =
    context.shows('IdempotentWrite', 'Cluster', clusterName) || context.allowsAny('Write', 'Topic')
  return isAllowed ? undefined : refused.Cluster
}
