import { isSamePrincipal, type Principal } from '../../access/principal.ts'

/** What is known of a token, in the form in which the log has it. Times are those of the clock. */
export interface DelegationToken {
  readonly id: string
  readonly owner: Principal
  /** Who asked for it, on behalf of the owner. */
  readonly requester: Principal
  /** Who may put off its end beside the owner. */
  readonly renewers: readonly Principal[]
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** It is not renewed beyond this. */
  readonly endsAtMs: number
}

export function isExpired({ expiresAtMs, endsAtMs }: DelegationToken, nowMs: number): boolean {
  return Math.min(expiresAtMs, endsAtMs) < nowMs
}

export function isOwnerOrRenewer({ owner, renewers }: DelegationToken, who: Principal): boolean {
  return [owner, ...renewers].some((one) => isSamePrincipal(one, who))
}
