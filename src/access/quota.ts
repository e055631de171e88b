/** Whose quota it is: a user, a client id, both together, or an address. */
import { isIP } from 'node:net'
import { hostAddress } from './host.ts'

export const entityTypes = ['user', 'client-id', 'ip'] as const
export type EntityType = (typeof entityTypes)[number]

/** Null is the default: everybody of that type who has no quota of their own. */
export type QuotaEntity = { readonly [Type in EntityType]?: string | null }

/** What is limited, by Kafka's names; a whole one has no fractions. */
export const quotaKeys = {
  producer_byte_rate: { of: 'client', most: 2 ** 63, whole: true },
  consumer_byte_rate: { of: 'client', most: 2 ** 63, whole: true },
  request_percentage: { of: 'client', most: Number.MAX_VALUE, whole: false },
  controller_mutation_rate: { of: 'client', most: Number.MAX_VALUE, whole: false },
  connection_creation_rate: { of: 'ip', most: 2 ** 31 - 1, whole: true },
} as const

export type QuotaKey = keyof typeof quotaKeys
export type QuotaValues = { readonly [Key in QuotaKey]?: number }

export interface Quota {
  readonly entity: QuotaEntity
  readonly values: QuotaValues
}

const fractionThatCounts = 1e-6

/** The same text for the same entity, also where an address is written in two ways. */
export function entityKey({ ip, ...entity }: QuotaEntity): string {
  const same = ip ? { ...entity, ip: hostAddress(ip) } : { ...entity, ip }
  const known = entityTypes.filter((type) => same[type] !== undefined)
  return JSON.stringify(known.map((type) => [type, same[type]]))
}

/** What is wrong with an entity, in Kafka's words. */
export function entityProblem(
  entries: readonly { readonly entityType: string; readonly entityName: string | null }[],
): string | undefined {
  if (entries.length === 0) return 'Invalid empty client quota entity'
  const types = new Set<string>()
  for (const { entityType, entityName } of entries) {
    if (types.has(entityType)) {
      return `Invalid client quota entity, duplicate entity entry ${entityType}`
    }
    types.add(entityType)
    if (!isEntityType(entityType)) return `Unhandled client quota entity type: ${entityType}`
    if (entityName === '') return `Empty ${entityType} not supported`
    if (entityType === 'ip' && entityName !== null && isIP(entityName) === 0) {
      return `${entityName} is not a valid IP or resolvable host.`
    }
  }
  return types.has('ip') && types.size > 1
    ? 'Invalid quota entity combination, IP entity should not be combined with User or ClientId'
    : undefined
}

/** What is wrong with a value, in Kafka's words. */
export function valueProblem(entity: QuotaEntity, key: string, value: number): string | undefined {
  const of = entity.ip === undefined ? 'client' : 'ip'
  if (!isQuotaKey(key) || quotaKeys[key].of !== of) return `Invalid configuration key ${key}`
  const { most, whole } = quotaKeys[key]
  if (!(value > 0)) return `Quota ${key} must be greater than 0`
  if (value > most) return `Proposed value for ${key} is too large.`
  return whole && Math.abs(value % 1) > fractionThatCounts
    ? `${key} cannot be a fractional value.`
    : undefined
}

export function isQuotaKey(key: string): key is QuotaKey {
  return Object.hasOwn(quotaKeys, key)
}

export function isEntityType(type: string): type is EntityType {
  return (entityTypes as readonly string[]).includes(type)
}
