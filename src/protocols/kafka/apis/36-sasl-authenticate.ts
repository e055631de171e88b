import { api, bytes, int16, int64, string } from '../schema.ts'

/** Carries one token of the chosen mechanism of authentication. */
export const SaslAuthenticate = api({
  key: 36,
  name: 'SaslAuthenticate',
  versions: { from: 0, to: 2 },
  flexible: 2,
  request: { authBytes: bytes },
  response: {
    errorCode: int16,
    errorMessage: string.nullable(),
    authBytes: bytes,
    /** When to authenticate again; 0: never. */
    sessionLifetimeMs: int64.since(1).ignorable(),
  },
})
