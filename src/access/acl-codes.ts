/** Rules of access as the numbers of Kafka's protocol, and what those numbers may be. */
import { MalformedBytes } from '../base/bytes.ts'
import {
  type AclBinding,
  clusterName,
  operations,
  patternTypes,
  permissions,
  resourceTypes,
  wordOf,
} from './acl.ts'
import type { AclFilter } from './acl-filter.ts'

export interface CodedAcl {
  readonly resourceType: number
  readonly resourceName: string
  readonly patternType: number
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

export interface CodedFilter {
  readonly resourceTypeFilter: number
  readonly resourceNameFilter: string | null
  readonly patternTypeFilter: number
  readonly principalFilter: string | null
  readonly hostFilter: string | null
  readonly operation: number
  readonly permissionType: number
}

const unknown = 0
/** In a filter: whatever it is. */
const any = 1
/** In a filter: every pattern that applies to the name. */
const match = 2

export function encodeAcl(acl: AclBinding): CodedAcl {
  return {
    resourceType: resourceTypes[acl.resourceType],
    resourceName: acl.name,
    patternType: patternTypes[acl.pattern],
    principal: acl.principal,
    host: acl.host,
    operation: operations[acl.operation],
    permissionType: permissions[acl.permission],
  }
}

export function encodeFilter(filter: AclFilter): CodedFilter {
  const { resourceType, pattern, operation, permission } = filter
  return {
    resourceTypeFilter: resourceType === undefined ? any : resourceTypes[resourceType],
    resourceNameFilter: filter.name ?? null,
    patternTypeFilter:
      pattern === undefined ? any : pattern === 'Match' ? match : patternTypes[pattern],
    principalFilter: filter.principal ?? null,
    hostFilter: filter.host ?? null,
    operation: operation === undefined ? any : operations[operation],
    permissionType: permission === undefined ? any : permissions[permission],
  }
}

/** The rule, or why there cannot be such a one, in Kafka's words. */
export function decodeAcl(coded: CodedAcl): AclBinding | string {
  refuseZero(coded.resourceType, coded.patternType, coded.operation, coded.permissionType)
  const { resourceName: name, principal, host } = coded
  const resourceType = wordOf(resourceTypes, coded.resourceType)
  const pattern = wordOf(patternTypes, coded.patternType)
  const operation = wordOf(operations, coded.operation)
  const permission = wordOf(permissions, coded.permissionType)
  if (resourceType === 'Cluster' && name !== clusterName) {
    return `The only valid name for the CLUSTER resource is ${clusterName}`
  }
  if (name === '') return 'Invalid empty resource name'
  if (resourceType === undefined) return `Invalid resourceType ${placeOf(coded.resourceType)}`
  if (pattern === undefined) return `Invalid patternType ${placeOf(coded.patternType)}`
  if (operation === undefined) return `Invalid operation ${placeOf(coded.operation)}`
  if (permission === undefined) return `Invalid permissionType ${placeOf(coded.permissionType)}`
  if (host === '') return 'Host pattern cannot be null or empty'
  if (!principal.includes(':')) {
    return `Could not parse principal from \`${principal}\` (no colon is present separating the principal type from the principal name)`
  }
  return { resourceType, name, pattern, principal, host, operation, permission }
}

/** Undefined where the filter names something that is unknown, which nothing can fit. */
export function decodeFilter(coded: CodedFilter): AclFilter | undefined {
  const { resourceTypeFilter, patternTypeFilter, operation, permissionType } = coded
  refuseZero(resourceTypeFilter, patternTypeFilter, operation, permissionType)
  const filter = {
    resourceType: wordOf(resourceTypes, resourceTypeFilter),
    pattern: patternTypeFilter === match ? 'Match' : wordOf(patternTypes, patternTypeFilter),
    operation: wordOf(operations, operation),
    permission: wordOf(permissions, permissionType),
  } as const
  const codes = {
    resourceType: resourceTypeFilter,
    pattern: patternTypeFilter,
    operation,
    permission: permissionType,
  }
  const keys = Object.keys(codes) as (keyof typeof codes)[]
  if (keys.some((key) => filter[key] === undefined && codes[key] !== any)) return undefined
  return {
    ...filter,
    name: coded.resourceNameFilter ?? undefined,
    principal: coded.principalFilter ?? undefined,
    host: coded.hostFilter ?? undefined,
  }
}

function placeOf(code: number): string {
  return { [any]: 'ANY', [match]: 'MATCH' }[code] ?? 'UNKNOWN'
}

/** Kafka closes the connection of a client that writes its UNKNOWN. */
function refuseZero(...codes: readonly number[]): void {
  if (codes.includes(unknown)) throw new MalformedBytes('An ACL has a code of 0, which is UNKNOWN')
}
