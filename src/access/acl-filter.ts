import { type AclBinding, wildcard } from './acl.ts'

/** Which rules are meant; what is absent is not looked at. */
export interface AclFilter {
  readonly resourceType?: AclBinding['resourceType'] | undefined
  readonly name?: string | undefined
  /** `Match` means every rule that applies to a resource of this name. */
  readonly pattern?: AclBinding['pattern'] | 'Match' | undefined
  readonly principal?: string | undefined
  readonly host?: string | undefined
  readonly operation?: AclBinding['operation'] | undefined
  readonly permission?: AclBinding['permission'] | undefined
}

export function fits(acl: AclBinding, filter: AclFilter): boolean {
  return (
    is(acl.resourceType, filter.resourceType) &&
    fitsName(acl, filter) &&
    is(acl.principal, filter.principal) &&
    is(acl.host, filter.host) &&
    is(acl.operation, filter.operation) &&
    is(acl.permission, filter.permission)
  )
}

function fitsName(acl: AclBinding, { name, pattern }: AclFilter): boolean {
  if (pattern !== 'Match' && !is(acl.pattern, pattern)) return false
  if (name === undefined || acl.name === name) return true
  if (pattern !== 'Match') return false
  return acl.pattern === 'Prefixed' ? name.startsWith(acl.name) : acl.name === wildcard
}

function is<Value>(value: Value, wanted: Value | undefined): boolean {
  return wanted === undefined || value === wanted
}
