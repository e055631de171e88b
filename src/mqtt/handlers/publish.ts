import { isError } from '../../base/errors.ts'
import {
  encodePacket,
  MalformedPacket,
  noProperties,
  type PublishPacket,
  protocolError,
  type ReasonCode,
  reasonCode,
} from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import { mqttError, reasonOf, sentence } from '../errors.ts'
import type { Publication } from '../message.ts'
import { mayPublish } from '../rights.ts'
import type { Session } from '../session.ts'
import type { Destination } from '../topic-map.ts'

export function handlePublish(
  packet: PublishPacket,
  connection: Connection,
  session: Session,
): Promise<void> | undefined {
  const topic = topicOf(packet, connection)
  if (packet.qos === 2 && session.taken.has(packet.packetId)) {
    repeat(packet.packetId, connection, session)
    return undefined
  }
  let destination: Destination | Promise<Destination>
  try {
    checkTopic(topic, connection)
    checkRights(topic, connection)
    destination = connection.services.publisher.destination(topic, connection.clientId)
  } catch (error) {
    refuse(error, packet, connection)
    return undefined
  }
  const publication: Publication = {
    topic,
    payload: packet.payload,
    qos: packet.qos,
    retain: packet.retain,
    properties: packet.properties,
    clientId: connection.clientId,
    signed: session.signs,
  }
  if (destination instanceof Promise) {
    // The topic is being made; what this client sends next has to wait, to stay in order.
    return destination.then(
      (found) => take(packet, publication, found, connection, session),
      (error) => refuse(error, packet, connection),
    )
  }
  take(packet, publication, destination, connection, session)
  return undefined
}

function take(
  packet: PublishPacket,
  publication: Publication,
  destination: Destination,
  connection: Connection,
  session: Session,
): void {
  const { publisher } = connection.services
  if (packet.qos === 0) {
    connection.takeUnconfirmed(publisher.publishUnconfirmed(publication, destination))
    return
  }
  const { packetId } = packet
  const answer = connection.answers.place()
  if (packet.qos === 1) {
    publisher.publish(publication, destination).then(
      () => acknowledge(packet, reasonCode.success, connection, answer),
      (error) => refuse(error, packet, connection, answer),
    )
    return
  }
  session.taken.add(packetId)
  const written = session.durable
    ? publisher.publishOnce(session, packetId, publication, destination)
    : publisher.publish(publication, destination)
  session.taking.set(packetId, written)
  written.then(
    () => {
      session.taking.delete(packetId)
      acknowledge(packet, reasonCode.success, connection, answer)
    },
    (error) => {
      session.taking.delete(packetId)
      session.taken.delete(packetId)
      refuse(error, packet, connection, answer)
    },
  )
}

/** The client sends a message of QoS 2 again: it is not taken twice, only answered. */
function repeat(packetId: number, connection: Connection, session: Session): void {
  const answer = connection.answers.place()
  const packet = { type: 'publish', qos: 2, packetId } as const
  const written = session.taking.get(packetId) ?? Promise.resolve()
  written.then(
    () => acknowledge(packet, reasonCode.success, connection, answer),
    (error) => refuse(error, packet, connection, answer),
  )
}

type Acknowledged = Pick<PublishPacket, 'qos' | 'packetId'>

function acknowledge(
  { qos, packetId }: Acknowledged,
  reason: ReasonCode,
  connection: Connection,
  answer: (packet: Buffer) => void,
  why?: string,
): void {
  const properties = why === undefined ? noProperties : connection.problem({ reasonString: why })
  const type = qos === 1 ? 'puback' : 'pubrec'
  answer(encodePacket({ type, packetId, reason, properties }, connection.version))
  connection.advance()
}

/**
 * Before MQTT 5 there is no way to say no but to close. A payload that fits no schema never will,
 * and what is not allowed mostly stays so: a client that is closed for it comes back with it, so it
 * is told that all is well (as mosquitto does).
 */
function refuse(
  error: unknown,
  packet: Acknowledged,
  connection: Connection,
  answer = packet.qos > 0 ? connection.answers.place() : undefined,
): void {
  if (connection.closed) return
  const why = sentence(error)
  connection.logger.warn('A message was refused', { clientId: connection.clientId, why })
  const isOld = connection.version < 5
  const isTold = !isError(error, 'payload-does-not-fit') && !isError(error, 'not-allowed')
  if (isOld && isTold) connection.close(reasonOf(error), why)
  else if (answer !== undefined && isOld) {
    acknowledge(packet, reasonCode.success, connection, answer)
  } else if (answer !== undefined) acknowledge(packet, reasonOf(error), connection, answer, why)
}

function topicOf(packet: PublishPacket, connection: Connection): string {
  const { topicAlias, subscriptionIdentifiers } = packet.properties
  if (subscriptionIdentifiers !== undefined) {
    throw protocolError('a client publishes with a subscription identifier')
  }
  if (topicAlias === undefined) return packet.topic
  const { topicAliases, services } = connection
  if (topicAlias > services.limits.topicAliases) {
    throw new MalformedPacket(`there is no topic alias ${topicAlias}`, reasonCode.topicAliasInvalid)
  }
  if (packet.topic !== '') {
    topicAliases.set(topicAlias, packet.topic)
    return packet.topic
  }
  const topic = topicAliases.get(topicAlias)
  if (topic === undefined) throw protocolError(`topic alias ${topicAlias} stands for no topic`)
  return topic
}

function checkRights(topic: string, connection: Connection): void {
  if (!mayPublish(topic, connection))
    throw mqttError('not-allowed', { what: 'publish to', name: topic })
}

function checkTopic(topic: string, { services }: Connection): void {
  const { topicBytes, topicLevels } = services.limits
  const tooLong = Buffer.byteLength(topic) > topicBytes || topic.split('/').length > topicLevels
  if (!tooLong) return
  const why = `it has more than ${topicBytes} bytes or ${topicLevels} levels`
  throw mqttError('topic-cannot-be-mapped', { topic: `${topic.slice(0, 100)}…`, why })
}
