import { formatPrincipal } from '../access/principal.ts'
import { atMost } from '../base/clock.ts'
import {
  type ConnectPacket,
  noProperties,
  type Properties,
  reasonCode,
} from '../protocols/mqtt/index.ts'
import type { Connection } from './connection.ts'
import { mqttError, sentence } from './errors.ts'
import { neverExpires } from './stored-session.ts'

/** Bytes of chance in a client identifier that we choose. */
const assignedIdBytes = 12

/** Answers the CONNECT of a client that may come in; `said` belongs into the CONNACK. */
export async function openSession(
  packet: ConnectPacket,
  connection: Connection,
  said: Properties,
): Promise<void> {
  const { services } = connection
  const { limits, sessions, wills } = services
  const assigned = packet.clientId === ''
  connection.clientId = assigned
    ? `leat-${services.random.bytes(assignedIdBytes).toString('base64url')}`
    : packet.clientId
  connection.window = packet.properties.receiveMaximum ?? limits.inflight
  connection.largestPacketBytes = packet.properties.maximumPacketSize ?? Number.POSITIVE_INFINITY

  const isReady = await atMost(services.clock, limits.logWaitMs, services.ready)
  if (connection.closed) return
  if (!isReady) {
    connection.refuse(reasonCode.serverUnavailable, sentence(mqttError('log-not-ready', {})))
    return
  }
  if (isOfAnother(connection)) return
  // Another door may have the session, and under another user's name by now.
  await sessions.take(connection.clientId)
  if (connection.closed || isOfAnother(connection)) return
  const former = sessions.get(connection.clientId)
  if (former === undefined && sessions.size >= limits.sessions) {
    connection.refuse(reasonCode.quotaExceeded, 'there are as many sessions as there may be')
    return
  }
  const wanted = wantedExpiry(packet)
  const granted = Math.min(wanted, limits.sessionExpirySeconds)
  const opening = sessions.open(
    connection.clientId,
    packet.cleanStart,
    granted,
    connection,
    ownerOf(connection),
  )
  wills.cancel(connection.clientId)
  const { session, present } = await opening
  if (connection.closed || session.connection !== connection) {
    sessions.left(session, connection)
    return
  }
  session.will = packet.will
  connection.session = session
  connection.keepAlive(packet.keepAliveSeconds)
  const ours = () => ({ ...ourSide(connection, assigned, wanted, granted), ...said })
  connection.send({
    type: 'connack',
    sessionPresent: packet.version > 3 && present,
    code: 0,
    properties: packet.version === 5 ? ours() : noProperties,
  })
  session.connect(connection)
}

/** Refuses who comes for the session of somebody else. */
function isOfAnother(connection: Connection): boolean {
  const owner = connection.services.sessions.ownerOf(connection.clientId)
  if (owner === undefined || owner === ownerOf(connection)) return false
  connection.refuse(reasonCode.notAuthorized, 'the session belongs to another user')
  return true
}

/** Sessions belong to somebody where users have rights. */
function ownerOf({ principal, services }: Connection): string | undefined {
  const isAsked = services.gatekeeper !== undefined
  return isAsked ? formatPrincipal(principal) : undefined
}

function wantedExpiry({ version, cleanStart, properties }: ConnectPacket): number {
  if (version === 5) return properties.sessionExpiryInterval ?? 0
  return cleanStart ? 0 : neverExpires
}

function ourSide(
  { services, clientId }: Connection,
  assigned: boolean,
  wanted: number,
  granted: number,
): Properties {
  const { limits } = services
  return {
    receiveMaximum: limits.receiveMaximum,
    maximumPacketSize: limits.packetBytes,
    topicAliasMaximum: limits.topicAliases,
    ...(assigned ? { assignedClientIdentifier: clientId } : {}),
    ...(wanted === granted ? {} : { sessionExpiryInterval: granted }),
  }
}
