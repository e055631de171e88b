import { user } from '../../access/principal.ts'
import {
  type AuthPacket,
  type ConnectPacket,
  protocolError,
  reasonCode,
} from '../../protocols/mqtt/index.ts'
import type { Accepted, Failed } from '../../protocols/sasl/exchange.ts'
import type { Connection } from '../connection.ts'
import { admitAgain, enter, unlessUnknown } from '../entering.ts'
import { type Identified, type Mechanism, mechanisms, type Refused } from '../entry.ts'
import { ExtendedLogin, extendedProperties } from '../extended-login.ts'

/** The login that a CONNECT asks for: the CONNACK comes when it is decided. */
export async function beginLogin(packet: ConnectPacket, connection: Connection): Promise<void> {
  const { authenticationMethod, authenticationData } = packet.properties
  const mechanism = mechanismOf(authenticationMethod, connection)
  if (mechanism === undefined) {
    connection.refuse(reasonCode.badAuthenticationMethod, 'there is no such authentication method')
    return
  }
  connection.mechanism = mechanism
  await begin(mechanism, connection, authenticationData, packet)
}

export async function handleAuth(packet: AuthPacket, connection: Connection): Promise<void> {
  const { login, mechanism, session } = connection
  const { authenticationMethod, authenticationData } = packet.properties
  if (mechanism === undefined || authenticationMethod !== mechanism) {
    throw protocolError('an AUTH has not the authentication method of the CONNECT')
  }
  if (packet.reason === reasonCode.continueAuthentication && login !== undefined) {
    await advance(login, connection, authenticationData)
  } else if (packet.reason === reasonCode.reAuthenticate && session && login === undefined) {
    await begin(mechanism, connection, authenticationData)
  } else throw protocolError('an AUTH came at the wrong time')
}

async function begin(
  mechanism: Mechanism,
  connection: Connection,
  data: Buffer | undefined,
  connect?: ConnectPacket,
): Promise<void> {
  const exchange = await unlessUnknown(connection, async () =>
    connection.services.gatekeeper?.exchange(mechanism),
  )
  if (exchange === undefined) return
  connection.login = new ExtendedLogin(mechanism, connection, exchange, connect)
  await advance(connection.login, connection, data)
}

async function advance(login: ExtendedLogin, connection: Connection, data: Buffer | undefined) {
  const { mechanism, connect } = login
  const outcome = await unlessUnknown(connection, () => login.take(data))
  if (outcome === undefined) return
  const found = identifiedBy(mechanism, outcome)
  const said = extendedProperties(mechanism, 'token' in outcome ? outcome.token : Buffer.alloc(0))
  if (connect !== undefined) await enter(connect, connection, found, said)
  else await admitAgain(connection, found, said)
}

function identifiedBy(way: Mechanism, outcome: Accepted | Failed | Refused): Identified {
  if ('refused' in outcome) return outcome
  if (outcome.kind === 'failed') {
    return { refused: 'nobody', way, user: outcome.user, why: outcome.why }
  }
  const { login } = outcome
  return { way, principal: user(login.user), expiresAtMs: login.expiresAtMs }
}

/** Undefined where this listener does not let in clients that way. */
function mechanismOf(
  method: string | undefined,
  { arrival, services }: Connection,
): Mechanism | undefined {
  if (method === undefined || !Object.hasOwn(mechanisms, method)) return undefined
  const mechanism = method as Mechanism
  const isOffered = arrival.auth?.includes(mechanisms[mechanism]) ?? false
  return isOffered && services.gatekeeper !== undefined ? mechanism : undefined
}
