/** Rules of access and quotas, as the protocol has them. */
import { encodeFilter } from '../access/acl-codes.ts'
import { checkAnswer, type KafkaClient } from '../client/index.ts'
import { DescribeAcls } from '../protocols/kafka/apis/29-describe-acls.ts'
import { CreateAcls } from '../protocols/kafka/apis/30-create-acls.ts'
import { DescribeClientQuotas } from '../protocols/kafka/apis/48-describe-client-quotas.ts'
import { AlterClientQuotas } from '../protocols/kafka/apis/49-alter-client-quotas.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'

export interface Rule {
  readonly resourceType: number
  readonly resourceName: string
  readonly patternType: number
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

export interface Quota {
  readonly entity: readonly { readonly entityType: string; readonly entityName: string | null }[]
  readonly values: readonly { readonly key: string; readonly value: number }[]
}

/** All rules; undefined where the cluster keeps none. */
export async function readRules(client: KafkaClient): Promise<Rule[] | undefined> {
  const everything = encodeFilter({
    ...{ resourceType: undefined, name: undefined, pattern: undefined, principal: undefined },
    ...{ host: undefined, operation: undefined, permission: undefined },
  })
  const answer = await client.request(DescribeAcls, everything)
  if (answer.errorCode === errorCode.SECURITY_DISABLED) return undefined
  checkAnswer(answer.errorCode, answer.errorMessage || 'The list of ACLs')
  return answer.resources.flatMap(({ acls, ...resource }) =>
    acls.map((acl) => ({ ...resource, ...acl })),
  )
}

export async function writeRules(target: KafkaClient, rules: readonly Rule[]): Promise<void> {
  if (rules.length === 0) return
  const { results } = await target.request(CreateAcls, {
    creations: rules.map(({ patternType, ...rule }) => ({
      ...rule,
      resourcePatternType: patternType,
    })),
  })
  for (const { errorCode: code, errorMessage } of results) {
    checkAnswer(code, errorMessage || 'An ACL')
  }
}

export async function readQuotas(client: KafkaClient): Promise<Quota[]> {
  const answer = await client.request(DescribeClientQuotas, { components: [], strict: false })
  checkAnswer(answer.errorCode, answer.errorMessage || 'The list of quotas')
  return [...(answer.entries ?? [])]
}

export async function writeQuotas(target: KafkaClient, quotas: readonly Quota[]): Promise<void> {
  if (quotas.length === 0) return
  const { entries } = await target.request(AlterClientQuotas, {
    entries: quotas.map(({ entity, values }) => ({
      entity,
      ops: values.map((one) => ({ ...one, remove: false })),
    })),
    validateOnly: false,
  })
  for (const { errorCode: code, errorMessage } of entries) {
    checkAnswer(code, errorMessage || 'A quota')
  }
}

/** What of these is absent there, in words that name it. */
export function missingRules(wanted: readonly Rule[], present: readonly Rule[]): string[] {
  const there = new Set(present.map(ruleText))
  return wanted.map(ruleText).filter((one) => !there.has(one))
}

export function missingQuotas(wanted: readonly Quota[], present: readonly Quota[]): string[] {
  const there = new Set(present.flatMap(quotaTexts))
  return wanted.flatMap(quotaTexts).filter((one) => !there.has(one))
}

function ruleText(rule: Rule): string {
  const { resourceType, resourceName, patternType, principal, host } = rule
  const what = [resourceType, resourceName, patternType, rule.operation, rule.permissionType]
  return `ACL of ${principal} from ${host}: ${what.join(' ')}`
}

function quotaTexts({ entity, values }: Quota): string[] {
  const whose = entity
    .map(({ entityType, entityName }) => `${entityType} ${entityName ?? '(default)'}`)
    .sort()
    .join(', ')
  return values.map(({ key, value }) => `quota of ${whose}: ${key}=${value}`)
}
