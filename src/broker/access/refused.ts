/** What a client is told that may not do what it asked for, by the type of the resource. */
import type { ResourceType } from '../../access/acl.ts'
import { describeErrorCode, errorCode } from '../../protocols/kafka/error-codes.ts'
import type { KafkaError } from '../kafka-errors.ts'

export const refused = {
  Topic: refusal(errorCode.TOPIC_AUTHORIZATION_FAILED),
  Group: refusal(errorCode.GROUP_AUTHORIZATION_FAILED),
  Cluster: refusal(errorCode.CLUSTER_AUTHORIZATION_FAILED),
  TransactionalId: refusal(errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED),
} as const satisfies Partial<Record<ResourceType, KafkaError>>

function refusal(code: number): KafkaError {
  return { errorCode: code, errorMessage: describeErrorCode(code).message }
}

/** What is told about rules where there are none, because everybody may do everything. */
export const securityDisabled: KafkaError = {
  errorCode: errorCode.SECURITY_DISABLED,
  errorMessage: "No Authorizer is configured on the broker: write 'access:' into leat.yml.",
}
