import { formatPrincipal, isSamePrincipal, type Principal, user } from '../../access/principal.ts'
import { CreateDelegationToken } from '../../protocols/kafka/apis/38-create-delegation-token.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { mayAskForTokens } from '../delegation/index.ts'
import { type Context, handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'

/** Everybody makes tokens of their own; for others it takes a right. */
export const createDelegationToken = handler(CreateDelegationToken, async (request, context) => {
  const { delegationTokens, logger } = context.broker
  const { principal: requester } = context
  const owner: Principal = request.ownerPrincipalName
    ? { type: request.ownerPrincipalType ?? '', name: request.ownerPrincipalName }
    : requester
  const renewers = request.renewers.map(({ principalType: type, principalName: name }) => ({
    type,
    name,
  }))
  const whose = { ...ownerOf(owner), ...(context.version >= 3 && requesterOf(requester)) }
  const problem = problemOf({ owner, renewers }, context)
  if (problem !== undefined) return { ...whose, ...noTimes, errorCode: problem }
  if (!delegationTokens.isEnabled) {
    return { ...whose, ...nothing, errorCode: errorCode.DELEGATION_TOKEN_AUTH_DISABLED }
  }
  const lifetimeMs = Number(request.maxLifetimeMs)
  try {
    const token = await delegationTokens.create({ owner, requester, renewers, lifetimeMs })
    return {
      ...whose,
      errorCode: errorCode.NONE,
      issueTimestampMs: BigInt(token.issuedAtMs),
      expiryTimestampMs: BigInt(token.expiresAtMs),
      maxTimestampMs: BigInt(token.endsAtMs),
      tokenId: token.id,
      hmac: delegationTokens.hmacOf(token.id),
      throttleTimeMs: 0,
    }
  } catch (error) {
    return { ...whose, ...nothing, errorCode: kafkaError(error, logger).errorCode }
  }
})

interface Wanted {
  readonly owner: Principal
  readonly renewers: readonly Principal[]
}

/** Who logs in is always a `User`, so nobody else can own or renew a token. */
function problemOf({ owner, renewers }: Wanted, context: Context): number | undefined {
  if (!mayAskForTokens(context)) return errorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED
  const isOwn = isSamePrincipal(owner, context.principal)
  if (!isOwn && !context.allows('CreateTokens', 'User', formatPrincipal(owner))) {
    return errorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED
  }
  const areUsers = [owner, ...renewers].every((one) => isSamePrincipal(one, user(one.name)))
  return areUsers ? undefined : errorCode.INVALID_PRINCIPAL_TYPE
}

function ownerOf({ type, name }: Principal) {
  return { principalType: type, principalName: name }
}

/** Older versions have no place for it. */
function requesterOf({ type, name }: Principal) {
  return { tokenRequesterPrincipalType: type, tokenRequesterPrincipalName: name }
}

const nothing = {
  issueTimestampMs: 0n,
  expiryTimestampMs: 0n,
  maxTimestampMs: 0n,
  tokenId: '',
  hmac: Buffer.alloc(0),
  throttleTimeMs: 0,
}

/** Kafka has these for what its broker refuses, and zeros for what its controller does. */
const noTimes = { ...nothing, issueTimestampMs: -1n, expiryTimestampMs: -1n, maxTimestampMs: -1n }
