import { formatPrincipal } from '../../access/principal.ts'
import { LimitedRights } from '../../access/rights.ts'
import { atMost, pause } from '../../base/clock.ts'
import type { ConnectPacket, Properties, ReasonCode } from '../../protocols/mqtt/index.ts'
import { noProperties, reasonCode } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import { type Identified, identify } from '../entry.ts'
import { mqttError, sentence } from '../errors.ts'
import { mayPublish } from '../rights.ts'
import { neverExpires } from '../sessions.ts'

/** As Kafka's brokers wait before they answer a failed login. */
const failedLoginMs = 100
const longestNameInLogs = 200

/** Bytes of chance in a client identifier that we choose. */
const assignedIdBytes = 12

export async function handleConnect(packet: ConnectPacket, connection: Connection): Promise<void> {
  const { services } = connection
  const { limits, sessions, wills } = services
  connection.version = packet.version
  // From here on it is we who may be slow.
  connection.keepAlive(0)
  connection.wantsProblems = packet.properties.requestProblemInformation ?? true
  const refusal = refusalOf(packet)
  if (refusal !== undefined) {
    connection.refuse(...refusal)
    return
  }
  if (!(await isLetIn(packet, connection))) return
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
  const former = sessions.get(connection.clientId)
  if (former?.owner !== undefined && former.owner !== ownerOf(connection)) {
    connection.refuse(reasonCode.notAuthorized, 'the session belongs to another user')
    return
  }
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
  connection.send({
    type: 'connack',
    sessionPresent: packet.version > 3 && present,
    code: 0,
    properties:
      packet.version === 5 ? ourSide(connection, assigned, wanted, granted) : noProperties,
  })
  session.connect(connection)
}

/** Finds out who it is; whoever may not come in is told so after a moment. */
async function isLetIn(packet: ConnectPacket, connection: Connection): Promise<boolean> {
  const { arrival, services, logger } = connection
  const { gatekeeper, clock } = services
  let found: Identified
  try {
    found = await identify(arrival, packet, gatekeeper)
  } catch (error) {
    logger.warn('A login could not be checked', { error: sentence(error) })
    connection.refuse(reasonCode.serverUnavailable, 'the login cannot be checked now')
    return false
  }
  if (connection.closed) return false
  if ('refused' in found) {
    logger.warn('A login failed', {
      user: packet.userName?.slice(0, longestNameInLogs),
      why: found.why,
    })
    await pause(failedLoginMs, { clock })
    const isWrong = found.refused === 'wrong-password'
    const reason = isWrong ? reasonCode.badUserNameOrPassword : reasonCode.notAuthorized
    connection.refuse(reason, isWrong ? 'wrong user name or password' : found.why)
    return false
  }
  connection.principal = found.principal
  if (gatekeeper?.authorizer !== undefined) {
    const { authorizer } = gatekeeper
    connection.rights = new LimitedRights(authorizer, found.principal, arrival.host, logger)
  }
  const { will } = packet
  if (will === undefined || mayPublish(will.topic, connection)) return true
  connection.refuse(reasonCode.notAuthorized, `the will may not go to '${will.topic}'`)
  return false
}

/** Sessions belong to somebody where users have rights. */
function ownerOf({ principal, services }: Connection): string | undefined {
  const isAsked = services.gatekeeper !== undefined
  return isAsked ? formatPrincipal(principal) : undefined
}

function refusalOf(packet: ConnectPacket): [ReasonCode, string] | undefined {
  if (packet.properties.authenticationMethod !== undefined) {
    return [reasonCode.badAuthenticationMethod, 'there is no extended authentication']
  }
  // Only MQTT 5 and, for a clean session, 3.1.1 let the server choose.
  const mayBeEmpty = packet.version === 5 || (packet.version === 4 && packet.cleanStart)
  if (packet.clientId === '' && !mayBeEmpty) {
    return [reasonCode.clientIdentifierNotValid, 'the client identifier is empty']
  }
  return undefined
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
