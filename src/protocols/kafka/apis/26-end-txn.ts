import { api, bool, int16, int32, int64, string } from '../schema.ts'

/** Commits or aborts a transaction. */
export const EndTxn = api({
  key: 26,
  name: 'EndTxn',
  versions: { from: 0, to: 5 },
  flexible: 3,
  request: {
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    /** True commits, false aborts. */
    committed: bool,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: int64.since(5).default(-1n).ignorable(),
    producerEpoch: int16.since(5).default(-1).ignorable(),
  },
})
