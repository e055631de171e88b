/** What is asked of a token, decided as Apache Kafka's controller does it. */
import type { Principal } from '../../access/principal.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { type DelegationToken, isExpired, isOwnerOrRenewer } from './token.ts'

export interface NewToken {
  readonly owner: Principal
  readonly requester: Principal
  readonly renewers: readonly Principal[]
  /** The longest life that is wanted; 0 or less: as long as the broker allows. */
  readonly lifetimeMs: number
}

export interface Change {
  readonly by: Principal
  /** From now on. To renew, 0 or less is the broker's default; to expire, less than 0 is at once. */
  readonly periodMs: number
}

/** The broker's bounds, and its clock. */
export interface Bounds {
  readonly mostLifetimeMs: number
  readonly renewalMs: number
  readonly nowMs: number
}

export interface Verdict {
  readonly errorCode: number
  readonly expiresAtMs: number
  /** What is to be written: the token as it is from now on, or null where it goes. */
  readonly becomes?: DelegationToken | null
}

export function newToken(id: string, { lifetimeMs, ...whose }: NewToken, bounds: Bounds) {
  const { mostLifetimeMs, renewalMs, nowMs } = bounds
  const endsAtMs = after(nowMs, shorter(lifetimeMs, mostLifetimeMs))
  const expiresAtMs = Math.min(endsAtMs, after(nowMs, renewalMs))
  return { id, ...whose, issuedAtMs: nowMs, expiresAtMs, endsAtMs }
}

export function renewal(
  token: DelegationToken | undefined,
  { by, periodMs }: Change,
  { renewalMs, nowMs }: Bounds,
): Verdict {
  if (token === undefined) return refusal(errorCode.DELEGATION_TOKEN_NOT_FOUND)
  if (isExpired(token, nowMs)) return refusal(errorCode.DELEGATION_TOKEN_EXPIRED)
  if (!isOwnerOrRenewer(token, by)) return refusal(errorCode.DELEGATION_TOKEN_OWNER_MISMATCH)
  return until(token, after(nowMs, shorter(periodMs, renewalMs)))
}

export function expiry(
  token: DelegationToken | undefined,
  { by, periodMs }: Change,
  { nowMs }: Bounds,
): Verdict {
  if (token === undefined) return refusal(errorCode.DELEGATION_TOKEN_NOT_FOUND)
  if (!isOwnerOrRenewer(token, by)) return refusal(errorCode.DELEGATION_TOKEN_OWNER_MISMATCH)
  if (periodMs < 0) return { errorCode: errorCode.NONE, expiresAtMs: nowMs, becomes: null }
  if (isExpired(token, nowMs)) return refusal(errorCode.DELEGATION_TOKEN_EXPIRED)
  return until(token, after(nowMs, periodMs))
}

function until(token: DelegationToken, wantedMs: number): Verdict {
  const expiresAtMs = Math.min(token.endsAtMs, wantedMs)
  return { errorCode: errorCode.NONE, expiresAtMs, becomes: { ...token, expiresAtMs } }
}

function refusal(code: number): Verdict {
  return { errorCode: code, expiresAtMs: 0 }
}

function shorter(wantedMs: number, mostMs: number): number {
  return wantedMs > 0 ? Math.min(wantedMs, mostMs) : mostMs
}

/** Kafka's settings allow periods after which no clock can show the time. */
function after(nowMs: number, periodMs: number): number {
  return Math.min(nowMs + periodMs, Number.MAX_SAFE_INTEGER)
}
