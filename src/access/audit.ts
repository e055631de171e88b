/** What an audit log is told: who did what, from where, with which resource, and what came of it. */
import type { Operation, ResourceType } from './acl.ts'
import type { Principal } from './principal.ts'

export type AuditEvent = LoginEvent | LogoutEvent | AuthorizationEvent | ChangeEvent

interface Told {
  /** Where it happened. */
  readonly door: 'kafka' | 'mqtt' | 'http'
  /** The client's address, as rules of access write it. */
  readonly host: string
  readonly clientId?: string | null
}

/** Somebody said who they are. */
export interface LoginEvent extends Told {
  readonly kind: 'login'
  /** A mechanism of SASL, or how else it was said. */
  readonly mechanism: string | undefined
  /** Who it is, or claims to be; undefined where that was not said. */
  readonly user: string | undefined
  /** `refused`: from now on such logins are not even tried, for a while. */
  readonly outcome: 'success' | 'failure' | 'refused'
  /** Why it failed; never a secret. */
  readonly why?: string
}

/** A session has ended before its time. */
export interface LogoutEvent extends Told {
  readonly kind: 'logout'
  readonly user: string
  readonly why: string
}

/** A client asked for something that it may, or may not, have. */
export interface AuthorizationEvent extends Told {
  readonly kind: 'authorization'
  readonly principal: Principal
  readonly operation: Operation
  readonly resource: { readonly type: ResourceType; readonly name: string }
  readonly outcome: 'allowed' | 'denied'
}

/** A client changed, or wanted to change, topics, configurations, rules, users or quotas. */
export interface ChangeEvent extends Told {
  readonly kind: 'change'
  readonly principal: Principal
  /** Kafka's name of the request; over HTTP, its method and path. */
  readonly request: string
  readonly resource: { readonly type: string; readonly name: string }
  readonly outcome: 'success' | 'failure'
  /** Kafka's name of the error; over HTTP, its status. */
  readonly error?: string
  /** What was asked for; never a secret. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

export interface Audit {
  /** Whether what clients may do is told as well, not only what they may not. */
  readonly tellsAllowed: boolean
  /** Never throws, and never makes anybody wait. */
  tell(event: AuditEvent): void
}

/** Where the decisions about one client go. */
export interface Decisions {
  readonly tellsAllowed: boolean
  tell(isAllowed: boolean, operation: Operation, type: ResourceType, name: string): void
}

export function decisionsTo(
  audit: Audit,
  asker: Told & { readonly principal: Principal },
): Decisions {
  return {
    tellsAllowed: audit.tellsAllowed,
    tell(isAllowed, operation, type, name) {
      const outcome = isAllowed ? 'allowed' : 'denied'
      audit.tell({ kind: 'authorization', ...asker, operation, resource: { type, name }, outcome })
    },
  }
}
