import { type AclBinding, clusterName } from '../../access/acl.ts'
import { decodeFilter, encodeAcl } from '../../access/acl-codes.ts'
import type { AclFilter } from '../../access/acl-filter.ts'
import { DeleteAcls } from '../../protocols/kafka/apis/31-delete-acls.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { type AccessControl, refused, securityDisabled } from '../access/index.ts'
import { handler } from '../handler.ts'
import { type KafkaError, kafkaError } from '../kafka-errors.ts'

const done: KafkaError = { errorCode: errorCode.NONE, errorMessage: null }

const unknownFilter: KafkaError = {
  errorCode: errorCode.INVALID_REQUEST,
  errorMessage: 'Unknown patternFilter or entryFilter.',
}

/** What stands in the configuration cannot be taken back by a client, which is told so. */
const declared: KafkaError = {
  errorCode: errorCode.POLICY_VIOLATION,
  errorMessage: 'This ACL stands in leat.yml, under access.acls: delete it there.',
}

/** Deletes the rules that match any of the filters; on disk when it is answered. */
export const deleteAcls = handler(DeleteAcls, async (request, context) => {
  const { access, logger } = context.broker
  const filters = request.filters.map(decodeFilter)
  const refuse = (error: KafkaError) => ({
    throttleTimeMs: 0,
    filterResults: filters.map(() => ({ ...error, matchingAcls: [] })),
  })
  if (!context.allows('Alter', 'Cluster', clusterName)) return refuse(refused.Cluster)
  if (access === undefined) return refuse(securityDisabled)
  try {
    return { throttleTimeMs: 0, filterResults: await deleteMatching(filters, access) }
  } catch (error) {
    return refuse(kafkaError(error, logger))
  }
})

async function deleteMatching(filters: readonly (AclFilter | undefined)[], access: AccessControl) {
  const matching = filters.map((filter) => (filter === undefined ? [] : access.matching(filter)))
  await access.delete(matching.flat())
  const resultOf = (acl: AclBinding) => ({
    ...(access.isDeclared(acl) ? declared : done),
    ...encodeAcl(acl),
  })
  return matching.map((acls, index) => ({
    ...(filters[index] === undefined ? unknownFilter : done),
    matchingAcls: acls.map(resultOf),
  }))
}
