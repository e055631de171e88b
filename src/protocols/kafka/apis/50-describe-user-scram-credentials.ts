import { api, array, int8, int16, int32, string } from '../schema.ts'

/** Lists the SCRAM mechanisms of users; never their passwords. */
export const DescribeUserScramCredentials = api({
  key: 50,
  name: 'DescribeUserScramCredentials',
  versions: { from: 0, to: 0 },
  flexible: 0,
  request: {
    users: array({ name: string }).nullable(),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
    results: array({
      user: string,
      errorCode: int16,
      errorMessage: string.nullable(),
      credentialInfos: array({ mechanism: int8, iterations: int32 }),
    }),
  },
})
