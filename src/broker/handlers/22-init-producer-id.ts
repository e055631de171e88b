import { InitProducerId } from '../../protocols/kafka/apis/22-init-producer-id.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'

const nobody = { throttleTimeMs: 0, producerId: -1n, producerEpoch: -1 }

/** Gives an idempotent producer its identity. Transactional ones are refused: see LIMITS.md. */
export const initProducerId = handler(InitProducerId, async (request, { broker }) => {
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
