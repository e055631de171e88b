import { clusterName } from '../../access/acl.ts'
import { DescribeUserScramCredentials } from '../../protocols/kafka/apis/50-describe-user-scram-credentials.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { handler } from '../handler.ts'
import { namedOnce } from '../named-once.ts'

/** Lists the users of the configuration, too, whose passwords are salted for every mechanism. */
export const describeUserScramCredentials = handler(
  DescribeUserScramCredentials,
  ({ users }, context) => {
    if (!context.allows('Describe', 'Cluster', clusterName)) {
      const results = (users ?? []).map(() => ({
        user: '',
        ...refused.Cluster,
        credentialInfos: [],
      }))
      return { throttleTimeMs: 0, ...refused.Cluster, results }
    }
    const { logins } = context.broker
    const asked = users === null || users.length === 0 ? [...logins.users()] : users
    const { once, repeated } = namedOnce(asked, ({ name }) => name)
    return {
      throttleTimeMs: 0,
      errorCode: errorCode.NONE,
      errorMessage: null,
      results: [
        ...repeated.map(({ name }) => ({
          user: name,
          errorCode: errorCode.DUPLICATE_RESOURCE,
          errorMessage: `Cannot describe SCRAM credentials for the same user twice in a single request: ${name}`,
          credentialInfos: [],
        })),
        ...once.map(({ name }) => resultOf(name, logins.mechanismsOf(name))),
      ],
    }
  },
)

function resultOf(user: string, mechanisms: readonly { type: number; iterations: number }[]) {
  if (mechanisms.length === 0) {
    return {
      user,
      errorCode: errorCode.RESOURCE_NOT_FOUND,
      errorMessage: `Attempt to describe a user credential that does not exist: ${user}`,
      credentialInfos: [],
    }
  }
  return {
    user,
    errorCode: errorCode.NONE,
    errorMessage: null,
    credentialInfos: mechanisms.map(({ type, iterations }) => ({ mechanism: type, iterations })),
  }
}
