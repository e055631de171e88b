import { type AclBinding, clusterName } from '../../access/acl.ts'
import { decodeAcl } from '../../access/acl-codes.ts'
import { CreateAcls } from '../../protocols/kafka/apis/30-create-acls.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { type AccessControl, refused, securityDisabled } from '../access/index.ts'
import { handler } from '../handler.ts'
import { type KafkaError, kafkaError } from '../kafka-errors.ts'

const done: KafkaError = { errorCode: errorCode.NONE, errorMessage: '' }

/** Each rule is answered for itself; those that may be are on disk, all or none. */
export const createAcls = handler(CreateAcls, async (request, context) => {
  const { access, logger } = context.broker
  const decoded = request.creations.map(({ resourcePatternType, ...coded }) =>
    decodeAcl({ ...coded, patternType: resourcePatternType }),
  )
  const answer = (resultOf: (acl: AclBinding | string) => KafkaError) => ({
    throttleTimeMs: 0,
    results: decoded.map(resultOf),
  })
  if (!context.allows('Alter', 'Cluster', clusterName)) return answer(() => refused.Cluster)
  if (access === undefined) return answer(() => securityDisabled)
  const outcome = await create(decoded, access).catch((error) => kafkaError(error, logger))
  return answer((acl) => (typeof acl === 'string' ? invalid(acl) : outcome))
})

async function create(
  decoded: readonly (AclBinding | string)[],
  access: AccessControl,
): Promise<KafkaError> {
  await access.create(decoded.filter((acl) => typeof acl !== 'string'))
  return done
}

function invalid(errorMessage: string): KafkaError {
  return { errorCode: errorCode.INVALID_REQUEST, errorMessage }
}
