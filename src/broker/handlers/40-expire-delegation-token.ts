import { ExpireDelegationToken } from '../../protocols/kafka/apis/40-expire-delegation-token.ts'
import { answerChange } from '../delegation/index.ts'
import { handler } from '../handler.ts'

export const expireDelegationToken = handler(
  ExpireDelegationToken,
  ({ hmac, expiryTimePeriodMs }, context) =>
    answerChange(context, expiryTimePeriodMs, (tokens, change) => tokens.expire(hmac, change)),
)
