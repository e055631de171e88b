/** Requests about delegation tokens, as a client that has logged in makes them. */
import { type Principal, user } from '../../../access/principal.ts'
import { CreateDelegationToken } from '../../../protocols/kafka/apis/38-create-delegation-token.ts'
import { RenewDelegationToken } from '../../../protocols/kafka/apis/39-renew-delegation-token.ts'
import { ExpireDelegationToken } from '../../../protocols/kafka/apis/40-expire-delegation-token.ts'
import { DescribeDelegationToken } from '../../../protocols/kafka/apis/41-describe-delegation-token.ts'
import type { Peer } from '../../testing/peer.ts'

export interface WantedToken {
  readonly owner?: Principal
  readonly renewers?: readonly string[]
  readonly maxLifetimeMs?: bigint
}

export function createToken(peer: Peer, wanted: WantedToken = {}, version = 3) {
  const { owner, renewers = [], maxLifetimeMs = -1n } = wanted
  return peer.request(CreateDelegationToken, version, {
    ...(owner && { ownerPrincipalType: owner.type, ownerPrincipalName: owner.name }),
    renewers: renewers.map((name) => named(user(name))),
    maxLifetimeMs,
  })
}

export function renewToken(peer: Peer, hmac: Buffer, renewPeriodMs = -1n, version = 2) {
  return peer.request(RenewDelegationToken, version, { hmac, renewPeriodMs })
}

export function expireToken(peer: Peer, hmac: Buffer, expiryTimePeriodMs = -1n, version = 2) {
  return peer.request(ExpireDelegationToken, version, { hmac, expiryTimePeriodMs })
}

export function describeTokens(peer: Peer, owners: readonly string[] | null = null, version = 3) {
  return peer.request(DescribeDelegationToken, version, {
    owners: owners?.map((name) => named(user(name))) ?? null,
  })
}

/** How one logs in by a token. */
export function tokenLogin({ tokenId, hmac }: { tokenId: string; hmac: Buffer }) {
  return {
    mechanism: 'SCRAM-SHA-512',
    user: tokenId,
    password: hmac.toString('base64'),
    extensions: { tokenauth: 'true' },
  } as const
}

function named({ type, name }: Principal) {
  return { principalType: type, principalName: name }
}
