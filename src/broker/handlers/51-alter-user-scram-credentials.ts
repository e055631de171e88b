import { clusterName } from '../../access/acl.ts'
import { AlterUserScramCredentials } from '../../protocols/kafka/apis/51-alter-user-scram-credentials.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { handler } from '../handler.ts'
import { type KafkaError, kafkaError } from '../kafka-errors.ts'

const done: KafkaError = { errorCode: errorCode.NONE, errorMessage: null }

/** Each user is answered for themselves; what is changed is on disk, all or none. */
export const alterUserScramCredentials = handler(
  AlterUserScramCredentials,
  async (request, context) => {
    const { logins, logger } = context.broker
    const isAllowed = context.allows('Alter', 'Cluster', clusterName)
    const changes = logins.changes(request)
    const entries = changes.flatMap(({ outcome }) => ('errorCode' in outcome ? [] : [outcome]))
    const written = isAllowed
      ? await logins.write(entries).then(
          () => done,
          (error) => kafkaError(error, logger),
        )
      : refused.Cluster
    const results = changes.map(({ user, outcome }) => ({
      user,
      ...(isAllowed && 'errorCode' in outcome ? outcome : written),
    }))
    return { throttleTimeMs: 0, results }
  },
)
