import { api, bytes, int16, int32, int64 } from '../schema.ts'

/** Sets the expiry of a delegation token. */
export const ExpireDelegationToken = api({
  key: 40,
  name: 'ExpireDelegationToken',
  versions: { from: 1, to: 2 },
  flexible: 2,
  request: { hmac: bytes, expiryTimePeriodMs: int64 },
  response: { errorCode: int16, expiryTimestampMs: int64, throttleTimeMs: int32 },
})
