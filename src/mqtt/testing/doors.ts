import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import type { Logger } from '../../base/logger.ts'
import {
  decodePacket,
  encodePacket,
  noProperties,
  type Packet,
  PacketSplitter,
  type ProtocolVersion,
  type Qos,
} from '../../protocols/mqtt/index.ts'
import { MqttDoor, type MqttDoorOptions } from '../door.ts'
import { FakeKafka } from './fake-kafka.ts'

/** Long enough for a busy machine; a promise that is broken fails after it. */
const deadlineMs = 60_000

/** Waits for a condition, and says which one if it does not come true. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!condition()) {
    if (Date.now() > end) throw new Error(`this did not come true in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A door before a cluster in memory, closed with its test. */
export async function openDoor(
  t: TestContext,
  options: Partial<MqttDoorOptions> = {},
  cluster = new FakeKafka(),
) {
  const kafka = cluster.connect()
  const log: string[] = []
  const door = await MqttDoor.open({
    listeners: [{ host: '127.0.0.1', port: 0 }],
    routes: [],
    client: kafka,
    logger: recordingLogger(log),
    ...options,
  })
  t.after(() => door.close())
  const port = door.addresses[0]?.port as number
  return { door, cluster, kafka, log, port, url: `mqtt://127.0.0.1:${port}` }
}

function recordingLogger(log: string[]): Logger {
  const write = (message: string, facts?: Record<string, unknown>) => {
    log.push(
      `${message} ${JSON.stringify(facts, (_, value) => (typeof value === 'bigint' ? `${value}` : value))}`,
    )
  }
  const logger: Logger = {
    debug: write,
    info: write,
    warn: write,
    error: write,
    with: () => logger,
  }
  return logger
}

export interface Received {
  readonly topic: string
  readonly payload: string
  readonly qos: number
  readonly retain: boolean
  readonly properties: Record<string, unknown>
}

/** A client of the `mqtt` library, ended with its test, with all that it received. */
export async function connect(
  t: TestContext,
  url: string,
  options: IClientOptions = {},
): Promise<MqttClient & { received: Received[] }> {
  const received: Received[] = []
  const client = await connectAsync(url, {
    protocolVersion: 5,
    reconnectPeriod: 0,
    connectTimeout: deadlineMs,
    ...options,
  })
  client.on('error', () => {})
  client.on('message', (topic, payload, { qos, retain, properties }) => {
    received.push({ topic, payload: `${payload}`, qos, retain, properties: { ...properties } })
  })
  t.after(() => client.endAsync(true))
  return Object.assign(client, { received })
}

/** A client that sends what it is told to, however wrong. */
export class RawClient {
  readonly packets: Packet[] = []
  readonly socket: Socket
  readonly version: ProtocolVersion
  closed = false

  private constructor(socket: Socket, version: ProtocolVersion) {
    this.socket = socket
    this.version = version
    const splitter = new PacketSplitter(2 ** 28, (firstByte, body) => {
      this.packets.push(decodePacket(firstByte, body, version))
    })
    socket.on('data', (piece: Buffer) => splitter.push(piece))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
    })
  }

  static async open(
    t: TestContext,
    port: number,
    version: ProtocolVersion = 5,
  ): Promise<RawClient> {
    const socket = connectTcp({ host: '127.0.0.1', port })
    await once(socket, 'connect')
    t.after(() => socket.destroy())
    return new RawClient(socket, version)
  }

  send(packet: Packet): void {
    this.socket.write(encodePacket(packet, this.version))
  }

  async connect(options: Partial<Extract<Packet, { type: 'connect' }>> = {}) {
    this.send({
      type: 'connect',
      version: this.version,
      cleanStart: true,
      keepAliveSeconds: 0,
      clientId: 'raw',
      properties: noProperties,
      ...options,
    })
    return await this.next('connack')
  }

  /** Subscribes and waits until it is granted. */
  async subscribe(filter: string, qos: Qos): Promise<void> {
    const subscription = { filter, qos, noLocal: false, retainAsPublished: false } as const
    this.send({
      type: 'subscribe',
      packetId: 1,
      properties: noProperties,
      subscriptions: [{ ...subscription, retainHandling: 0 }],
    })
    await this.next('suback')
  }

  /** Waits for the next packet of a type, or of one of some, and takes it out of those received. */
  async next<Type extends Packet['type']>(
    type: Type | readonly Type[],
  ): Promise<Extract<Packet, { type: Type }>> {
    const types = [type].flat() as Packet['type'][]
    const isOne = (packet: Packet) => types.includes(packet.type)
    await until(`a ${types.join(' or ')} comes`, () => this.packets.some(isOne))
    const at = this.packets.findIndex(isOne)
    return this.packets.splice(at, 1)[0] as Extract<Packet, { type: Type }>
  }
}

/** A durable session, as a raw client asks for it. */
export const session = {
  clientId: 'd',
  cleanStart: false,
  properties: { sessionExpiryInterval: 600 },
}

/** A raw client of that session that has subscribed to `q`. */
export async function subscribed(t: TestContext, port: number, qos: Qos): Promise<RawClient> {
  const client = await RawClient.open(t, port)
  await client.connect(session)
  await client.subscribe('q', qos)
  return client
}

/** Of three messages of QoS 2 the first is completed, the second taken, the third not answered. */
export async function answerInPart(client: RawClient) {
  const [one, two, three] = [
    await client.next('publish'),
    await client.next('publish'),
    await client.next('publish'),
  ]
  const answer = (type: 'pubrec' | 'pubcomp', { packetId }: { packetId: number }) =>
    client.send({ type, packetId, reason: 0, properties: noProperties })
  answer('pubrec', one)
  answer('pubcomp', await client.next('pubrel'))
  answer('pubrec', two)
  await client.next('pubrel')
  return { two, three }
}
