import { formatPrincipal, type Principal } from '../../access/principal.ts'
import { DescribeDelegationToken } from '../../protocols/kafka/apis/41-describe-delegation-token.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import { type DelegationToken, isOwnerOrRenewer, mayAskForTokens } from '../delegation/index.ts'
import { type Context, handler } from '../handler.ts'

type Named = MessageOf<(typeof DescribeDelegationToken)['request']>['owners']

/** Tokens of one's own, those that one may renew, and those of others whom one may see. */
export const describeDelegationToken = handler(DescribeDelegationToken, ({ owners }, context) => {
  const { delegationTokens } = context.broker
  const answer = (code: number, tokens: readonly DelegationToken[] = []) => ({
    errorCode: code,
    tokens: tokens.map((token) => ({
      ...describe(token, delegationTokens.hmacOf(token.id)),
      ...(context.version >= 3 && requesterOf(token)),
    })),
    throttleTimeMs: 0,
  })
  if (!mayAskForTokens(context)) return answer(errorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED)
  if (!delegationTokens.isEnabled) return answer(errorCode.DELEGATION_TOKEN_AUTH_DISABLED)
  const shown = [...delegationTokens.all()].filter(
    (token) => isAskedFor(token, owners) && mayBeSeen(token, context),
  )
  return answer(errorCode.NONE, shown)
})

function isAskedFor(token: DelegationToken, owners: Named): boolean {
  const isOf = ({ principalType: type, principalName: name }: NonNullable<Named>[number]) =>
    isOwnerOrRenewer(token, { type, name })
  return owners === null || owners.some(isOf)
}

function mayBeSeen(token: DelegationToken, context: Context): boolean {
  return (
    isOwnerOrRenewer(token, context.principal) ||
    context.shows('Describe', 'DelegationToken', token.id) ||
    context.shows('DescribeTokens', 'User', formatPrincipal(token.owner))
  )
}

function describe(token: DelegationToken, hmac: Buffer) {
  const { id, owner, renewers } = token
  return {
    ...named(owner),
    issueTimestamp: BigInt(token.issuedAtMs),
    expiryTimestamp: BigInt(token.expiresAtMs),
    maxTimestamp: BigInt(token.endsAtMs),
    tokenId: id,
    hmac,
    renewers: renewers.map(named),
  }
}

/** Older versions have no place for it. */
function requesterOf({ requester: { type, name } }: DelegationToken) {
  return { tokenRequesterPrincipalType: type, tokenRequesterPrincipalName: name }
}

function named({ type, name }: Principal) {
  return { principalType: type, principalName: name }
}
