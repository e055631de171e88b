import { api, int16, int32, int64, string } from '../schema.ts'

/** Announces that a transaction will commit the offsets of a group. */
export const AddOffsetsToTxn = api({
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: { from: 0, to: 4 },
  flexible: 3,
  request: {
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    groupId: string,
  },
  response: { throttleTimeMs: int32, errorCode: int16 },
})
