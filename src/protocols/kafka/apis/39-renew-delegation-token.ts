import { api, bytes, int16, int32, int64 } from '../schema.ts'

/** Puts off the expiry of a delegation token. */
export const RenewDelegationToken = api({
  key: 39,
  name: 'RenewDelegationToken',
  versions: { from: 1, to: 2 },
  flexible: 2,
  request: { hmac: bytes, renewPeriodMs: int64 },
  response: { errorCode: int16, expiryTimestampMs: int64, throttleTimeMs: int32 },
})
