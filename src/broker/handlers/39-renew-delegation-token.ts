import { RenewDelegationToken } from '../../protocols/kafka/apis/39-renew-delegation-token.ts'
import { answerChange } from '../delegation/index.ts'
import { handler } from '../handler.ts'

export const renewDelegationToken = handler(
  RenewDelegationToken,
  ({ hmac, renewPeriodMs }, context) =>
    answerChange(context, renewPeriodMs, (tokens, change) => tokens.renew(hmac, change)),
)
