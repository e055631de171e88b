import { api, array, int16, string } from '../schema.ts'

/**
 * Chooses the mechanism of authentication; after version 0 the tokens follow bare, without Kafka's
 * headers.
 */
export const SaslHandshake = api({
  key: 17,
  name: 'SaslHandshake',
  versions: { from: 0, to: 1 },
  flexible: Number.POSITIVE_INFINITY,
  request: { mechanism: string },
  response: {
    errorCode: int16,
    /** Those that the broker has, also if it refuses the chosen one. */
    mechanisms: array(string),
  },
})
