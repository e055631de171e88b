import { api, int16, int32, string } from '../schema.ts'

/** Removes a broker that is gone from the cluster. */
export const UnregisterBroker = api({
  key: 64,
  name: 'UnregisterBroker',
  versions: { from: 0, to: 0 },
  flexible: 0,
  request: { brokerId: int32 },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
  },
})
