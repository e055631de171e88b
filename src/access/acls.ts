import {
  type AclBinding,
  aclKey,
  type Operation,
  type PatternType,
  type ResourceType,
  wildcard,
} from './acl.ts'
import { concerns, covers } from './acl-rules.ts'
import type { Authorizer, Resource } from './authorizer.ts'
import { formatPrincipal, type Principal } from './principal.ts'

export interface AclOptions {
  /** They may do everything, whatever the rules say: `User:admin`. */
  readonly superUsers: Iterable<string>
  /** Whether a resource of which no rule speaks is everybody's. */
  readonly allowEveryoneIfNoAclFound: boolean
}

/** What stands for every name in `allowsAny`, so that who may do everything is found first. */
const anyName = 'hardcode'

/**
 * The rules and what follows from them, as Apache Kafka's `StandardAuthorizer` decides: who is
 * denied is refused, whatever else allows it; who is not allowed is refused as well.
 */
export class Acls implements Authorizer {
  readonly #superUsers: ReadonlySet<string>
  readonly #allowEveryone: boolean
  readonly #all = new Map<string, AclBinding>()
  readonly #byType = new Map<ResourceType, OfOneType>()
  version = 0

  constructor({ superUsers, allowEveryoneIfNoAclFound }: AclOptions) {
    this.#superUsers = new Set(superUsers)
    this.#allowEveryone = allowEveryoneIfNoAclFound
  }

  get size(): number {
    return this.#all.size
  }

  all(): Iterable<AclBinding> {
    return this.#all.values()
  }

  has(acl: AclBinding): boolean {
    return this.#all.has(aclKey(acl))
  }

  add(acl: AclBinding): void {
    if (this.has(acl)) return
    this.#all.set(aclKey(acl), acl)
    this.#rulesOf(acl.resourceType).add(acl)
    this.version += 1
  }

  remove(acl: AclBinding): void {
    const known = this.#all.get(aclKey(acl))
    if (known === undefined) return
    this.#all.delete(aclKey(acl))
    this.#rulesOf(acl.resourceType).remove(known)
    this.version += 1
  }

  allows(principal: Principal, host: string, operation: Operation, resource: Resource): boolean {
    const name = formatPrincipal(principal)
    if (this.#superUsers.has(name)) return true
    let found = false
    let allowed = false
    for (const acl of this.#byType.get(resource.type)?.applyingTo(resource.name) ?? []) {
      found = true
      if (!concerns(acl, name, host) || !covers(acl, operation)) continue
      if (acl.permission === 'Deny') return false
      allowed = true
    }
    return allowed || (!found && this.#allowEveryone)
  }

  /** As the default method of Kafka's `Authorizer` does, which looks at no implied operations. */
  allowsAny(principal: Principal, host: string, operation: Operation, type: ResourceType): boolean {
    if (this.allows(principal, host, operation, { type, name: anyName })) return true
    const name = formatPrincipal(principal)
    const concerned = [...(this.#byType.get(type)?.all() ?? [])].filter(
      (acl) =>
        concerns(acl, name, host) && (acl.operation === operation || acl.operation === 'All'),
    )
    const denied = concerned.filter(({ permission }) => permission === 'Deny')
    if (denied.some(isEveryName)) return false
    const allowed = concerned.filter(({ permission }) => permission === 'Allow')
    return allowed.some((acl) => isEveryName(acl) || !denied.some((deny) => outweighs(deny, acl)))
  }

  #rulesOf(type: ResourceType): OfOneType {
    let rules = this.#byType.get(type)
    if (rules === undefined) {
      rules = new OfOneType()
      this.#byType.set(type, rules)
    }
    return rules
  }
}

function isEveryName({ pattern, name }: AclBinding): boolean {
  return pattern === 'Literal' && name === wildcard
}

/** Whether nothing is left of what is allowed. */
function outweighs(deny: AclBinding, allow: AclBinding): boolean {
  if (deny.pattern === 'Prefixed') return allow.name.startsWith(deny.name)
  return allow.pattern === 'Literal' && allow.name === deny.name
}

/** The rules about one type of resources, by their names. */
class OfOneType {
  readonly #byName: Record<PatternType, Map<string, Set<AclBinding>>> = {
    Literal: new Map(),
    Prefixed: new Map(),
  }
  /** How long prefixes are, and how many names of that length there are. */
  readonly #lengths = new Map<number, number>()

  add(acl: AclBinding): void {
    const names = this.#byName[acl.pattern]
    const known = names.get(acl.name)
    if (known !== undefined) known.add(acl)
    else {
      names.set(acl.name, new Set([acl]))
      if (acl.pattern === 'Prefixed') this.#count(acl.name.length, 1)
    }
  }

  remove(acl: AclBinding): void {
    const names = this.#byName[acl.pattern]
    const known = names.get(acl.name)
    known?.delete(acl)
    if (known?.size !== 0) return
    names.delete(acl.name)
    if (acl.pattern === 'Prefixed') this.#count(acl.name.length, -1)
  }

  *all(): Iterable<AclBinding> {
    for (const names of Object.values(this.#byName)) {
      for (const acls of names.values()) yield* acls
    }
  }

  *applyingTo(name: string): Iterable<AclBinding> {
    const { Literal, Prefixed } = this.#byName
    yield* Literal.get(name) ?? []
    if (name !== wildcard) yield* Literal.get(wildcard) ?? []
    for (const length of this.#lengths.keys()) {
      if (length <= name.length) yield* Prefixed.get(name.slice(0, length)) ?? []
    }
  }

  #count(length: number, more: number): void {
    const count = (this.#lengths.get(length) ?? 0) + more
    if (count === 0) this.#lengths.delete(length)
    else this.#lengths.set(length, count)
  }
}
