/** What an audit log is told of requests that change something: data, a line or two for each API. */
import {
  operations,
  patternTypes,
  permissions,
  type ResourceType,
  resourceTypes,
  wordOf,
} from '../access/acl.ts'
import { formatPrincipal } from '../access/principal.ts'
import { entityKey } from '../access/quota.ts'
import { CreateTopics } from '../protocols/kafka/apis/19-create-topics.ts'
import { DeleteTopics } from '../protocols/kafka/apis/20-delete-topics.ts'
import { DeleteRecords } from '../protocols/kafka/apis/21-delete-records.ts'
import { CreateAcls } from '../protocols/kafka/apis/30-create-acls.ts'
import { DeleteAcls } from '../protocols/kafka/apis/31-delete-acls.ts'
import { AlterConfigs } from '../protocols/kafka/apis/33-alter-configs.ts'
import { CreatePartitions } from '../protocols/kafka/apis/37-create-partitions.ts'
import { CreateDelegationToken } from '../protocols/kafka/apis/38-create-delegation-token.ts'
import { RenewDelegationToken } from '../protocols/kafka/apis/39-renew-delegation-token.ts'
import { ExpireDelegationToken } from '../protocols/kafka/apis/40-expire-delegation-token.ts'
import { DeleteGroups } from '../protocols/kafka/apis/42-delete-groups.ts'
import { IncrementalAlterConfigs } from '../protocols/kafka/apis/44-incremental-alter-configs.ts'
import { OffsetDelete } from '../protocols/kafka/apis/47-offset-delete.ts'
import { AlterClientQuotas } from '../protocols/kafka/apis/49-alter-client-quotas.ts'
import { AlterUserScramCredentials } from '../protocols/kafka/apis/51-alter-user-scram-credentials.ts'
import type { Api, Draft, MessageOf, Schema } from '../protocols/kafka/schema.ts'
import { scramMechanisms } from '../protocols/sasl/scram/mechanisms.ts'

export interface ToldChange {
  readonly type: string
  readonly name: string
  readonly errorCode: number
  /** What was asked for; no secrets, no salts, no keys. */
  readonly details?: Readonly<Record<string, unknown>>
}

type Tell = (request: never, answer: never) => readonly ToldChange[]

/** Whether requests of this API change something that is told. */
export function isTold(key: number): boolean {
  return byKey.has(key)
}

/** What a request changed, or was to change. */
export function toldChanges(
  api: Api<Schema, Schema>,
  request: unknown,
  answer: unknown,
): readonly ToldChange[] {
  const tell = Object(request).validateOnly === true ? undefined : byKey.get(api.key)
  return tell?.(request as never, answer as never) ?? []
}

function told<Request extends Schema, Response extends Schema>(
  api: Api<Request, Response>,
  tell: (request: MessageOf<Request>, answer: Draft<Response>) => readonly ToldChange[],
): readonly [number, Tell] {
  return [api.key, tell as Tell]
}

const byKey: ReadonlyMap<number, Tell> = new Map([
  told(CreateTopics, (request, { topics }) => {
    const wanted = byName(request.topics)
    return topics.map(({ name, errorCode }) => {
      const { numPartitions: partitions, configs = [] } = wanted.get(name) ?? {}
      return { ...topic(name, errorCode), details: { partitions, configs: valuesOf(configs) } }
    })
  }),
  told(DeleteTopics, (_, { responses }) =>
    responses.map(({ name, topicId, errorCode }) =>
      topic(name ?? (topicId as Buffer | undefined)?.toString('base64url') ?? '', errorCode),
    ),
  ),
  told(DeleteRecords, (_, { topics }) =>
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex: partition, lowWatermark, errorCode }) => {
        return { ...topic(name, errorCode), details: { partition, before: `${lowWatermark}` } }
      }),
    ),
  ),
  told(CreatePartitions, (request, { results }) => {
    const wanted = byName(request.topics)
    return results.map(({ name, errorCode }) => {
      return { ...topic(name, errorCode), details: { partitions: wanted.get(name)?.count } }
    })
  }),
  told(AlterConfigs, (request, { responses }) => configsOf(request.resources, responses)),
  told(IncrementalAlterConfigs, (request, { responses }) =>
    configsOf(request.resources, responses),
  ),
  told(CreateAcls, (request, { results }) =>
    request.creations.map(({ resourcePatternType: patternType, ...acl }, index) =>
      rule({ ...acl, patternType }, results[index]?.errorCode ?? 0),
    ),
  ),
  told(DeleteAcls, (_, { filterResults }) =>
    filterResults.flatMap(({ errorCode, matchingAcls }) =>
      errorCode === 0
        ? matchingAcls.map(({ patternType = patternTypes.Literal, ...acl }) =>
            rule({ ...acl, patternType }, acl.errorCode),
          )
        : [{ type: 'Acl', name: '', errorCode }],
    ),
  ),
  told(DeleteGroups, (_, { results }) =>
    results.map(({ groupId, errorCode }) => ({ type: 'Group', name: groupId, errorCode })),
  ),
  told(OffsetDelete, (request, { errorCode }) => [
    {
      ...{ type: 'Group', name: request.groupId, errorCode },
      details: { topics: request.topics.map(({ name }) => name) },
    },
  ]),
  told(AlterClientQuotas, (request, { entries }) =>
    entries.map(({ entity, errorCode }, index) => {
      const ops = request.entries[index]?.ops ?? []
      const values = ops.map(({ key, value, remove }) => [key, remove ? null : value])
      const name = entityKey(
        Object.fromEntries(entity.map((one) => [one.entityType, one.entityName])),
      )
      return { type: 'Quota', name, errorCode, details: { values: Object.fromEntries(values) } }
    }),
  ),
  told(AlterUserScramCredentials, ({ upsertions, deletions }, { results }) => {
    const [set, removed] = [mechanismsByUser(upsertions), mechanismsByUser(deletions)]
    return results.map(({ user, errorCode }) => ({
      ...{ type: 'User', name: user, errorCode },
      details: { set: set.get(user), removed: removed.get(user) },
    }))
  }),
  told(CreateDelegationToken, (_, { principalType, principalName, tokenId, errorCode }) => [
    {
      ...{ type: 'DelegationToken', name: tokenId, errorCode },
      details: { owner: formatPrincipal({ type: principalType, name: principalName }) },
    },
  ]),
  // Their requests name a token by its secret alone.
  told(RenewDelegationToken, (_, { errorCode }) => [{ ...nameless, errorCode }]),
  told(ExpireDelegationToken, (_, { errorCode }) => [{ ...nameless, errorCode }]),
])

const nameless = { type: 'DelegationToken' satisfies ResourceType, name: '' }

function topic(name: string, errorCode: number): ToldChange {
  return { type: 'Topic', name, errorCode }
}

interface Configured {
  readonly resourceType: number
  readonly resourceName: string
}

interface ConfigValue {
  readonly name: string
  readonly value: string | null
}

/** The types of what is configured, by Kafka's numbers. */
const configured: Readonly<Record<number, string>> = { 2: 'Topic', 4: 'Broker', 32: 'Group' }
/** Those whose values are no secrets, and are told. */
const open = ['Topic', 'Group']

function configsOf(
  wanted: readonly (Configured & { readonly configs: readonly ConfigValue[] })[],
  answers: readonly (Configured & { readonly errorCode: number })[],
): ToldChange[] {
  const keyOf = ({ resourceType, resourceName }: Configured) => `${resourceType} ${resourceName}`
  const byKey = new Map(wanted.map((one) => [keyOf(one), one.configs]))
  return answers.map((answer) => {
    const type = configured[answer.resourceType] ?? `${answer.resourceType}`
    const values = byKey.get(keyOf(answer)) ?? []
    const configs = open.includes(type) ? valuesOf(values) : values.map(({ name }) => name)
    return { type, name: answer.resourceName, errorCode: answer.errorCode, details: { configs } }
  })
}

function valuesOf(values: readonly ConfigValue[]): Record<string, string | null> {
  return Object.fromEntries(values.map(({ name, value }) => [name, value]))
}

interface CodedRule extends Configured {
  readonly patternType: number
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

function rule(acl: CodedRule, errorCode: number): ToldChange {
  const details = {
    pattern: wordOf(patternTypes, acl.patternType),
    ...{ principal: acl.principal, host: acl.host },
    operation: wordOf(operations, acl.operation),
    permission: wordOf(permissions, acl.permissionType),
  }
  const type = wordOf(resourceTypes, acl.resourceType) ?? 'Acl'
  return { type, name: acl.resourceName, errorCode, details }
}

function mechanismsByUser(
  changes: readonly { readonly name: string; readonly mechanism: number }[],
): ReadonlyMap<string, string[]> {
  const named = Map.groupBy(changes, ({ name }) => name)
  const nameOf = (mechanism: number) =>
    scramMechanisms.find(({ type }) => type === mechanism)?.name ?? `${mechanism}`
  return new Map(
    [...named].map(([user, ofUser]) => [user, ofUser.map(({ mechanism }) => nameOf(mechanism))]),
  )
}

function byName<Named extends { readonly name: string }>(list: readonly Named[]) {
  return new Map(list.map((one) => [one.name, one]))
}
