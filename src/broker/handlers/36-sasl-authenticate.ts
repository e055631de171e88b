import { SaslAuthenticate } from '../../protocols/kafka/apis/36-sasl-authenticate.ts'
import { handler } from '../handler.ts'
import { outOfTurn } from '../sasl/index.ts'

export const saslAuthenticate = handler(
  SaslAuthenticate,
  ({ authBytes }, { session }) => session?.authenticate(authBytes) ?? outOfTurn,
)
