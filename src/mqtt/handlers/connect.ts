import type { ConnectPacket, ReasonCode } from '../../protocols/mqtt/index.ts'
import { reasonCode } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import { enter, unlessUnknown } from '../entering.ts'
import { identify } from '../entry.ts'
import { beginLogin } from './auth.ts'

export async function handleConnect(packet: ConnectPacket, connection: Connection): Promise<void> {
  const { arrival, services } = connection
  connection.version = packet.version
  // From here on it is we who may be slow.
  connection.keepAlive(0)
  connection.wantsProblems = packet.properties.requestProblemInformation ?? true
  const refusal = refusalOf(packet)
  if (refusal !== undefined) {
    connection.refuse(...refusal)
  } else if (packet.properties.authenticationMethod !== undefined) {
    await beginLogin(packet, connection)
  } else {
    const found = await unlessUnknown(connection, () => identify(arrival, packet, services))
    if (found !== undefined) await enter(packet, connection, found)
  }
}

function refusalOf(packet: ConnectPacket): [ReasonCode, string] | undefined {
  // Only MQTT 5 and, for a clean session, 3.1.1 let the server choose.
  const mayBeEmpty = packet.version === 5 || (packet.version === 4 && packet.cleanStart)
  if (packet.clientId === '' && !mayBeEmpty) {
    return [reasonCode.clientIdentifierNotValid, 'the client identifier is empty']
  }
  return undefined
}
