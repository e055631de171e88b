import type { Random } from '../../base/random.ts'
import { SaslHandshake } from '../../protocols/kafka/apis/17-sasl-handshake.ts'
import { SaslAuthenticate } from '../../protocols/kafka/apis/36-sasl-authenticate.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { Api, Draft, MessageOf, Schema } from '../../protocols/kafka/schema.ts'
import { type ClientCredentials, clientExchange } from '../../protocols/sasl/index.ts'
import { securityError } from '../security/errors.ts'
import { checkAnswer } from './errors.ts'

export type Ask = <Request extends Schema, Response extends Schema>(
  api: Api<Request, Response>,
  body: Draft<Request>,
) => Promise<MessageOf<Response>>

export interface LoginOptions {
  /** As errors call the broker. */
  readonly address: string
  readonly credentials: ClientCredentials
  readonly random: Random
  readonly ask: Ask
}

/** No mechanism has more. */
const mostSteps = 5

/**
 * Says who we are (KIP-43, KIP-152). Resolves with how long the broker believes it, in milliseconds;
 * 0 is for ever. Throws 'mechanism-not-offered', 'login-refused' or 'login-unexpected'.
 */
export async function logIn({ address, credentials, random, ask }: LoginOptions): Promise<number> {
  const { mechanism } = credentials
  const user = 'user' in credentials ? credentials.user : undefined
  const refused = (why: string) => securityError('login-refused', { address, mechanism, user, why })
  await chooseMechanism(mechanism, address, ask)
  const exchange = clientExchange(credentials, random)
  let token = exchange.first()
  for (let step = 0; step < mostSteps; step++) {
    const answer = await ask(SaslAuthenticate, { authBytes: token })
    if (answer.errorCode === errorCode.SASL_AUTHENTICATION_FAILED) {
      throw refused(answer.errorMessage ?? 'it does not say why.')
    }
    checkAnswer(answer.errorCode, `The login at ${address} failed`)
    const next = await exchange.next(answer.authBytes)
    if (next.kind === 'done') return Number(answer.sessionLifetimeMs)
    if (next.kind === 'failed') throw refused(`${next.why}.`)
    token = next.token
  }
  throw refused('it asks on and on.')
}

async function chooseMechanism(
  mechanism: ClientCredentials['mechanism'],
  address: string,
  ask: Ask,
): Promise<void> {
  const { errorCode: code, mechanisms: offered } = await ask(SaslHandshake, { mechanism })
  if (code === errorCode.UNSUPPORTED_SASL_MECHANISM) {
    throw securityError('mechanism-not-offered', { address, mechanism, offered })
  }
  if (code === errorCode.ILLEGAL_SASL_STATE) throw securityError('login-unexpected', { address })
  checkAnswer(code, `The login at ${address} failed`)
}
