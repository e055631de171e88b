import { api, array, int16, string } from '../schema.ts'

export const SaslHandshake = api({
  key: 17,
  name: 'SaslHandshake',
  versions: { from: 0, to: 1 },
  flexible: Number.POSITIVE_INFINITY,
  request: { mechanism: string },
  response: { errorCode: int16, mechanisms: array(string) },
})
