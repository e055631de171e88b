import { SaslHandshake } from '../../protocols/kafka/apis/17-sasl-handshake.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { handler } from '../handler.ts'

/** Where nobody has to log in, the answer is that of a login out of turn. */
export const saslHandshake = handler(
  SaslHandshake,
  ({ mechanism }, { session, version }) =>
    session?.handshake(mechanism, version) ?? {
      errorCode: errorCode.ILLEGAL_SASL_STATE,
      mechanisms: [],
    },
)
