import type { Logger } from '../base/logger.ts'
import type { Operation, ResourceType } from './acl.ts'
import type { Decisions } from './audit.ts'
import type { Authorizer } from './authorizer.ts'
import { formatPrincipal, type Principal } from './principal.ts'

/** What the client of a connection may do. */
export interface Rights {
  /** A refusal is logged, once: the client asked for something that it may not have. */
  allows(operation: Operation, type: ResourceType, name: string): boolean
  /** The same for lists, from which is left out what a client may not see: nothing is logged. */
  shows(operation: Operation, type: ResourceType, name: string): boolean
  /** Whether it may do so with any resource of this type. */
  allowsAny(operation: Operation, type: ResourceType): boolean
}

/** Where nobody is asked who they are, everybody may do everything. */
export const unlimitedRights: Rights = {
  allows: () => true,
  shows: () => true,
  allowsAny: () => true,
}

/** How many decisions a connection remembers; with more it begins anew. */
const mostDecisions = 1000

/** The rights of one principal at one host. Decisions are remembered until the rules change. */
export class LimitedRights implements Rights {
  readonly #authorizer: Authorizer
  readonly #principal: Principal
  readonly #host: string
  readonly #logger: Logger
  readonly #audit: Decisions | undefined
  readonly #decisions = new Map<string, boolean>()
  /** What was told already: a client that tries again and again fills no disk. */
  readonly #told = new Set<string>()
  #version: number

  constructor(
    authorizer: Authorizer,
    principal: Principal,
    host: string,
    logger: Logger,
    audit?: Decisions,
  ) {
    this.#authorizer = authorizer
    this.#principal = principal
    this.#host = host
    this.#logger = logger
    this.#audit = audit
    this.#version = authorizer.version
  }

  allows(operation: Operation, type: ResourceType, name: string): boolean {
    const allowed = this.shows(operation, type, name)
    if (!allowed || this.#audit?.tellsAllowed) this.#tell(allowed, operation, type, name)
    return allowed
  }

  shows(operation: Operation, type: ResourceType, name: string): boolean {
    if (this.#version !== this.#authorizer.version) {
      this.#version = this.#authorizer.version
      this.#forget()
    }
    const key = `${operation} ${type} ${name}`
    const known = this.#decisions.get(key)
    if (known !== undefined) return known
    const decision = this.#authorizer.allows(this.#principal, this.#host, operation, { type, name })
    if (this.#decisions.size >= mostDecisions) this.#forget()
    this.#decisions.set(key, decision)
    return decision
  }

  allowsAny(operation: Operation, type: ResourceType): boolean {
    return this.#authorizer.allowsAny(this.#principal, this.#host, operation, type)
  }

  #forget(): void {
    this.#decisions.clear()
    this.#told.clear()
  }

  #tell(allowed: boolean, operation: Operation, type: ResourceType, name: string): void {
    const key = `${operation} ${type} ${name}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#audit?.tell(allowed, operation, type, name)
    if (allowed) return
    const principal = formatPrincipal(this.#principal)
    const resource = `${type}:${name}`
    this.#logger.info('A client was refused what it may not do', { principal, operation, resource })
  }
}
