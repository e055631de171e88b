import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { Context } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'
import type { Change, Verdict } from './changes.ts'
import type { DelegationTokens } from './delegation-tokens.ts'
import { mayAskForTokens } from './may-ask.ts'

/** The answer to a request that renews a token or ends it. */
export async function answerChange(
  context: Context,
  periodMs: bigint,
  make: (tokens: DelegationTokens, change: Change) => Promise<Verdict>,
) {
  const { principal, broker } = context
  const answer = (code: number, expiryTimestampMs: bigint) => ({
    errorCode: code,
    expiryTimestampMs,
    throttleTimeMs: 0,
  })
  if (!mayAskForTokens(context)) return answer(errorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, -1n)
  try {
    const change = { by: principal, periodMs: Number(periodMs) }
    const verdict = await make(broker.delegationTokens, change)
    return answer(verdict.errorCode, BigInt(verdict.expiresAtMs))
  } catch (error) {
    return answer(kafkaError(error, broker.logger).errorCode, 0n)
  }
}
