/** Who an issuer says that somebody is. */
export interface Named {
  readonly user: string
  readonly groups: readonly string[]
}

const longestName = 200
const mostGroups = 1000

/** Undefined where the claim names nobody as a user of Kafka can be called. */
export function namedBy(
  claims: Readonly<Record<string, unknown>>,
  claimOf: { readonly user: string; readonly groups: string },
): Named | undefined {
  const user = claims[claimOf.user]
  if (typeof user !== 'string' || user === '' || user.length > longestName) return undefined
  if (/\p{Cc}/u.test(user)) return undefined
  const given = claims[claimOf.groups]
  const groups = (Array.isArray(given) ? given : [given]).filter((one) => typeof one === 'string')
  return { user, groups: groups.slice(0, mostGroups) }
}
