/** Logs a peer in: with Kafka's headers around the tokens, or bare as old clients do. */
import { systemRandom } from '../../../base/random.ts'
import { SaslHandshake } from '../../../protocols/kafka/apis/17-sasl-handshake.ts'
import { SaslAuthenticate } from '../../../protocols/kafka/apis/36-sasl-authenticate.ts'
import { errorCode } from '../../../protocols/kafka/error-codes.ts'
import { type ClientCredentials, clientExchange } from '../../../protocols/sasl/index.ts'
import type { Peer } from '../../testing/peer.ts'

export interface LoggedIn {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly sessionLifetimeMs: bigint
}

/** What the broker's last answer says; throws where the broker proves to be an impostor. */
export async function logIn(
  peer: Peer,
  credentials: ClientCredentials,
  version = 2,
): Promise<LoggedIn> {
  const { mechanism } = credentials
  const handshake = await peer.request(SaslHandshake, 1, { mechanism })
  if (handshake.errorCode !== errorCode.NONE) return { ...handshake, ...nothingMore }
  const exchange = clientExchange(credentials, systemRandom)
  let token = exchange.first()
  for (;;) {
    const answer = await peer.request(SaslAuthenticate, version, { authBytes: token })
    if (answer.errorCode !== errorCode.NONE) return answer
    const step = await exchange.next(answer.authBytes)
    if (step.kind === 'failed') throw new Error(step.why)
    if (step.kind === 'done') return answer
    token = step.token
  }
}

/** Throws where the broker closes the connection, as it does where it refuses a bare token. */
export async function logInBare(peer: Peer, credentials: ClientCredentials): Promise<void> {
  await peer.request(SaslHandshake, 0, { mechanism: credentials.mechanism })
  const exchange = clientExchange(credentials, systemRandom)
  let token = exchange.first()
  for (;;) {
    const length = Buffer.alloc(4)
    length.writeInt32BE(token.length)
    peer.write(Buffer.concat([length, token]))
    const step = await exchange.next(await peer.nextFrame())
    if (step.kind === 'failed') throw new Error(step.why)
    if (step.kind === 'done') return
    token = step.token
  }
}

const nothingMore = { errorMessage: null, sessionLifetimeMs: 0n }
