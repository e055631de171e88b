import type { AclBinding } from '../../access/acl.ts'
import { type CodedAcl, decodeAcl, encodeFilter } from '../../access/acl-codes.ts'
import type { AclFilter } from '../../access/acl-filter.ts'
import { DescribeAcls } from '../../protocols/kafka/apis/29-describe-acls.ts'
import { CreateAcls } from '../../protocols/kafka/apis/30-create-acls.ts'
import type { KafkaClient } from '../kafka/client.ts'
import { checkAnswer } from '../kafka/errors.ts'

type Asks = Pick<KafkaClient, 'request'>

/** The rules of access of a cluster that fit; throws `security-disabled` where it keeps none. */
export async function rulesIn(client: Asks, filter: AclFilter = {}): Promise<CodedAcl[]> {
  const answer = await client.request(DescribeAcls, encodeFilter(filter))
  checkAnswer(answer.errorCode, answer.errorMessage || 'The list of ACLs')
  return answer.resources.flatMap(({ acls, ...resource }) =>
    acls.map((acl) => ({ ...resource, ...acl })),
  )
}

/** Those that are there already stay. */
export async function addRules(client: Asks, rules: readonly CodedAcl[]): Promise<void> {
  const creations = rules.map(({ patternType, ...rule }) => ({
    ...rule,
    resourcePatternType: patternType,
  }))
  const { results } = await client.request(CreateAcls, { creations })
  for (const { errorCode, errorMessage } of results) {
    checkAnswer(errorCode, errorMessage || 'The new ACL')
  }
}

/** Without what a later Kafka may have and nobody here has a word for. */
export function understood(rules: readonly CodedAcl[]): AclBinding[] {
  return rules.map(decodeAcl).filter((acl) => typeof acl !== 'string')
}
