import { formatPrincipal, type Principal, principalOf } from '../access/principal.ts'

export type Role = 'operator' | 'viewer'

/** Who has which: names of users, `group:NAME` of an issuer's groups, `*` for everybody. */
export type Roles = { readonly [R in Role]: readonly string[] }

/** Undefined where no role names somebody. Without roles everybody is an operator. */
export function roleOf(
  roles: Roles | undefined,
  principal: Principal,
  groups: readonly string[] = [],
): Role | undefined {
  if (roles === undefined) return 'operator'
  const isNamed = (entry: string) => {
    if (entry === '*') return true
    if (entry.startsWith(groupPrefix)) return groups.includes(entry.slice(groupPrefix.length))
    const named = principalOf(entry)
    return named !== undefined && formatPrincipal(named) === formatPrincipal(principal)
  }
  return (['operator', 'viewer'] as const).find((role) => roles[role].some(isNamed))
}

const groupPrefix = 'group:'
