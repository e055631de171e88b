/** Rules of access and quotas, as the protocol has them. */
import type { CodedAcl } from '../access/acl-codes.ts'
import { isError } from '../base/errors.ts'
import { addRules, rulesIn } from '../client/access/index.ts'
import { checkAnswer, type KafkaClient } from '../client/index.ts'
import { DescribeClientQuotas } from '../protocols/kafka/apis/48-describe-client-quotas.ts'
import { AlterClientQuotas } from '../protocols/kafka/apis/49-alter-client-quotas.ts'

export interface Quota {
  readonly entity: readonly { readonly entityType: string; readonly entityName: string | null }[]
  readonly values: readonly { readonly key: string; readonly value: number }[]
}

/** All rules; undefined where the cluster keeps none. */
export async function readRules(client: KafkaClient): Promise<CodedAcl[] | undefined> {
  try {
    return await rulesIn(client)
  } catch (error) {
    if (isError(error, 'security-disabled')) return undefined
    throw error
  }
}

export async function writeRules(target: KafkaClient, rules: readonly CodedAcl[]): Promise<void> {
  if (rules.length > 0) await addRules(target, rules)
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
export function missingRules(wanted: readonly CodedAcl[], present: readonly CodedAcl[]): string[] {
  const there = new Set(present.map(ruleText))
  return wanted.map(ruleText).filter((one) => !there.has(one))
}

export function missingQuotas(wanted: readonly Quota[], present: readonly Quota[]): string[] {
  const there = new Set(present.flatMap(quotaTexts))
  return wanted.flatMap(quotaTexts).filter((one) => !there.has(one))
}

function ruleText(rule: CodedAcl): string {
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
