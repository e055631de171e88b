import type { IncomingMessage } from 'node:http'
import type { Audit, ChangeEvent } from '../../access/audit.ts'
import { insidePrincipal } from '../../access/inside-rights.ts'
import { anonymous, type Principal } from '../../access/principal.ts'
import { type Rights, unlimitedRights } from '../../access/rights.ts'
import type { CertificateOf } from '../../base/http-doors.ts'

/** Who was let in. */
export interface Visitor {
  readonly principal: Principal
  /** The address that it comes from, as rules of access write it. */
  readonly host: string
  readonly rights: Rights
  /** What else an issuer says of them. */
  readonly groups?: readonly string[] | undefined
  /** Where changes are told; absent, nobody wants to know. */
  readonly tellChange?: ((change: Change) => void) | undefined
}

/** What was changed, or not. */
export type Change = Pick<ChangeEvent, 'request' | 'resource' | 'outcome' | 'error' | 'details'>

/** Where the changes of one visitor are told. */
export function changesTo(
  audit: Audit | undefined,
  { principal, host }: Pick<Visitor, 'principal' | 'host'>,
): Visitor['tellChange'] {
  return (
    audit && ((change) => audit.tell({ kind: 'change', door: 'http', host, principal, ...change }))
  )
}

/** Who was not: what HTTP says of it, and by what means they could come in. */
export interface Refused {
  readonly status: 401 | 403 | 421 | 429 | 503
  readonly why: string
  readonly challenges: readonly string[]
  /** How long nothing is tried. */
  readonly retryAfterMs?: number
}

export type Admission = Visitor | Refused

/** Decides who comes in by a request. */
export interface Admits {
  admit(request: IncomingMessage, certificateOf: CertificateOf): Promise<Admission>
}

/** Where nobody is asked who they are. */
export const anybody: Visitor = { principal: anonymous, host: '', rights: unlimitedRights }

/** A part of this process, or another worker of its group, which may do what it asks for. */
export function visitorInside(part: string, host = ''): Visitor {
  return { principal: insidePrincipal(part), host, rights: unlimitedRights }
}
