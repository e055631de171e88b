import type { AclBinding, Operation, ResourceType } from './acl.ts'
import { Acls } from './acls.ts'
import type { Authorizer, Resource } from './authorizer.ts'
import type { Principal } from './principal.ts'

/** The type of principals that nobody can log in as from outside. */
const insideType = 'Internal'

/** What a part of a process is called where its rights are asked for. */
export function insidePrincipal(part: string): Principal {
  return { type: insideType, name: part }
}

export function isInside({ type }: Principal): boolean {
  return type === insideType
}

/**
 * The rights of a process's own parts, beside the rules for everybody else: they are in no list, and
 * no rule gives or takes any of them.
 */
export class InsideRights implements Authorizer {
  readonly #rules: Authorizer
  readonly #own = new Acls({ superUsers: [], allowEveryoneIfNoAclFound: false })

  constructor(rules: Authorizer, rights: readonly AclBinding[]) {
    this.#rules = rules
    for (const right of rights) this.#own.add(right)
  }

  get version(): number {
    return this.#rules.version
  }

  allows(principal: Principal, host: string, operation: Operation, resource: Resource): boolean {
    return this.#for(principal).allows(principal, host, operation, resource)
  }

  allowsAny(principal: Principal, host: string, operation: Operation, type: ResourceType): boolean {
    return this.#for(principal).allowsAny(principal, host, operation, type)
  }

  #for(principal: Principal): Authorizer {
    return isInside(principal) ? this.#own : this.#rules
  }
}
