/** How a client comes in once it is known who it is, or is turned away. */
import { decisionsTo } from '../access/audit.ts'
import { formatPrincipal } from '../access/principal.ts'
import { LimitedRights } from '../access/rights.ts'
import { pause } from '../base/clock.ts'
import {
  type ConnectPacket,
  noProperties,
  type Properties,
  type ReasonCode,
  reasonCode,
} from '../protocols/mqtt/index.ts'
import type { Connection } from './connection.ts'
import type { Entered, Identified, Refused } from './entry.ts'
import { sentence } from './errors.ts'
import { mayPublish } from './rights.ts'
import { openSession } from './session-opening.ts'

/** As Kafka's brokers wait before they answer a failed login. */
const failedLoginMs = 100
const longestNameInLogs = 200

/** Answers a CONNECT, once it is known who sent it; `said` belongs into the CONNACK. */
export async function enter(
  packet: ConnectPacket,
  connection: Connection,
  found: Identified,
  said: Properties = noProperties,
): Promise<void> {
  if (connection.closed) return
  if ('refused' in found) {
    await turnAway(connection, found, packet.clientId)
    connection.refuse(...answerTo(found))
    return
  }
  admit(connection, found, packet.clientId)
  const { will } = packet
  if (will !== undefined && !mayPublish(will.topic, connection)) {
    connection.refuse(reasonCode.notAuthorized, `the will may not go to '${will.topic}'`)
    return
  }
  await openSession(packet, connection, said)
}

/** Answers an AUTH by which a client that is in has logged in again: whoever does stays who they are. */
export async function admitAgain(
  connection: Connection,
  found: Identified,
  said: Properties,
): Promise<void> {
  const outcome = asBefore(found, formatPrincipal(connection.principal))
  if ('refused' in outcome) {
    await turnAway(connection, outcome, connection.clientId)
    const isTooMany = outcome.refused === 'too-many'
    const reason = isTooMany ? reasonCode.connectionRateExceeded : reasonCode.notAuthorized
    connection.close(reason, 'its login failed')
    return
  }
  admit(connection, outcome, connection.clientId)
  connection.send({ type: 'auth', reason: reasonCode.success, properties: said })
}

function asBefore(found: Identified, before: string): Identified {
  if ('refused' in found || formatPrincipal(found.principal) === before) return found
  const { way, principal } = found
  const why = `another user logs in again than ${before}`
  return { refused: 'nobody', way, user: principal.name, why }
}

/** What an action gives; undefined where it fails, of which the client is told. */
export async function unlessUnknown<Value>(
  connection: Connection,
  action: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await action()
  } catch (error) {
    connection.logger.warn('A login could not be checked', { error: sentence(error) })
    connection.login?.close()
    const why = 'the login cannot be checked now'
    if (connection.session === undefined) connection.refuse(reasonCode.serverUnavailable, why)
    else connection.close(reasonCode.serverUnavailable, why)
    return undefined
  }
}

function admit(connection: Connection, { principal, way, expiresAtMs }: Entered, clientId: string) {
  const { arrival, services, logger } = connection
  const { audit, gatekeeper } = services
  const { host } = arrival
  connection.principal = principal
  connection.expireAt(expiresAtMs)
  const told = { door: 'mqtt', host, clientId } as const
  if (arrival.auth !== undefined || way !== 'anonymous') {
    const { name: user } = principal
    audit?.tell({ kind: 'login', ...told, mechanism: way, user, outcome: 'success' })
  }
  const authorizer = gatekeeper?.authorizer
  if (authorizer === undefined) return
  const decisions = audit && decisionsTo(audit, { ...told, principal })
  connection.rights = new LimitedRights(authorizer, principal, host, logger, decisions)
}

/** What a client hears, and nothing that says which users there are. */
function answerTo({ refused, why }: Refused): [ReasonCode, string] {
  if (refused === 'too-many') return [reasonCode.connectionRateExceeded, why]
  return refused === 'wrong-password'
    ? [reasonCode.badUserNameOrPassword, 'wrong user name or password']
    : [reasonCode.notAuthorized, 'not authorized']
}

/** Tells the log, after a moment in which nobody can guess again. */
async function turnAway(
  { arrival, services, logger }: Connection,
  { refused, way, user, why }: Refused,
  clientId: string,
): Promise<void> {
  const facts = { user: user?.slice(0, longestNameInLogs), why }
  // That too many have failed was told once.
  if (refused !== 'too-many') {
    logger.warn('A login failed', facts)
    services.audit?.tell({
      ...{ kind: 'login', door: 'mqtt', host: arrival.host, clientId, outcome: 'failure' },
      ...{ ...facts, mechanism: way },
    })
  }
  await pause(failedLoginMs, { clock: services.clock })
}
