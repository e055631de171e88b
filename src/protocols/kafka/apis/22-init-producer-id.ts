import { api, int16, int32, int64, string } from '../schema.ts'

/** Gives an idempotent or transactional producer its id and epoch. */
export const InitProducerId = api({
  key: 22,
  name: 'InitProducerId',
  versions: { from: 0, to: 5 },
  flexible: 2,
  request: {
    /** Null for a producer that is idempotent only. */
    transactionalId: string.nullable(),
    transactionTimeoutMs: int32,
    /** The id that the producer has already, to raise its epoch; else -1. */
    producerId: int64.since(3).default(-1n),
    producerEpoch: int16.since(3).default(-1),
  },
  response: {
    throttleTimeMs: int32.ignorable(),
    errorCode: int16,
    producerId: int64.default(-1n),
    producerEpoch: int16,
  },
})
