import {
  encodePacket,
  noProperties,
  type Properties,
  type ProtocolVersion,
  type PublishPacket,
  publishHead,
  type Qos,
  reasonCode,
} from '../protocols/mqtt/index.ts'
import type { Cursor } from './cursor.ts'
import { type Message, propertiesNow } from './message.ts'

/** What the outbox needs of the connection that its session has at the moment. */
export interface Outlet {
  readonly version: ProtocolVersion
  /** How many unacknowledged messages the client takes. */
  readonly window: number
  readonly largestPacketBytes: number
  /** Whether the client leaves bytes lying in its socket. */
  readonly congested: boolean
  write(...parts: Uint8Array[]): void
}

export interface Delivery {
  readonly message: Message
  readonly qos: Qos
  readonly retain: boolean
  readonly identifiers: readonly number[]
  /** Where it was read; retained messages come from nowhere. */
  readonly cursor?: Cursor
  readonly offset: bigint
  packetId: number
  state: 'queued' | 'recording' | 'sent' | 'received'
  duplicate: boolean
}

/** How a durable session makes sure of a step of QoS 2 before it takes the next one. */
export interface Recorder {
  sent(delivery: Delivery): Promise<void> | undefined
  received(delivery: Delivery): Promise<void> | undefined
  completed(delivery: Delivery): void
}

export interface OutboxOptions {
  readonly queuedMessages: number
  readonly queuedBytes: number
  readonly now: () => number
  readonly recorder: Recorder
  /** There is room in the queue again. */
  readonly hasRoom: () => void
  readonly dropped: (why: string, message: Message) => void
}

const greatestPacketId = 65_535

/** The messages on their way to one client: a short queue, and those not acknowledged yet. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #queue: Delivery[] = []
  readonly #inflight = new Map<number, Delivery>()
  /** Packet identifiers of messages that a former process sent, and that are yet to be read again. */
  readonly #reserved = new Set<number>()
  #queuedBytes = 0
  #lastPacketId = 0
  #sent = 0
  #outlet: Outlet | undefined
  #wasFull = false
  #pumping = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  get connected(): boolean {
    return this.#outlet !== undefined
  }

  get inflight(): Iterable<Delivery> {
    return this.#inflight.values()
  }

  /** How many messages have left the queue, ever. */
  get sent(): number {
    return this.#sent
  }

  /** Messages that the client takes before it acknowledges one. */
  get window(): number {
    return this.#outlet?.window ?? 0
  }

  /** Whether a message would be sent at once. */
  get isIdle(): boolean {
    const outlet = this.#outlet
    if (outlet === undefined || outlet.congested || this.#queue.length > 0) return false
    return this.#inflight.size < outlet.window
  }

  get inflightCount(): number {
    return this.#inflight.size
  }

  get hasRoom(): boolean {
    return this.hasRoomAmong(this.#options.queuedMessages)
  }

  /** Whether there is room where only so many messages are to wait. */
  hasRoomAmong(mostMessages: number): boolean {
    const { length } = this.#queue
    const isRoom =
      length === 0 || (length < mostMessages && this.#queuedBytes < this.#options.queuedBytes)
    if (!isRoom) this.#wasFull = true
    return isRoom
  }

  push(delivery: Delivery): void {
    this.#queue.push(delivery)
    this.#queuedBytes += delivery.message.payload.length
    this.pump()
  }

  /** Sends again what the client had not acknowledged on its last connection, then goes on. */
  connect(outlet: Outlet): void {
    this.#outlet = outlet
    for (const delivery of this.#inflight.values()) {
      if (delivery.state === 'received') this.#release(delivery)
      else if (delivery.state === 'sent') this.#write(delivery, true)
    }
    this.pump()
  }

  /** Takes back what has not been sent: it lies in the log. Returns it, the oldest first. */
  disconnect(): Delivery[] {
    this.#outlet = undefined
    this.#queuedBytes = 0
    this.#wasFull = false
    return this.#queue.splice(0)
  }

  /** Takes back what has not been sent, the oldest first, of what is meant. */
  withdraw(isMeant: (delivery: Delivery) => boolean): Delivery[] {
    const meant = this.#queue.filter(isMeant)
    if (meant.length === 0) return meant
    const rest = this.#queue.filter((delivery) => !isMeant(delivery))
    this.#queue.splice(0, this.#queue.length, ...rest)
    for (const { message } of meant) this.#queuedBytes -= message.payload.length
    return meant
  }

  /** Gives up messages that the client has perhaps got, of what is meant. */
  giveUp(isMeant: (delivery: Delivery) => boolean): Delivery[] {
    const meant = [...this.#inflight.values()].filter(isMeant)
    for (const { packetId } of meant) this.#inflight.delete(packetId)
    return meant
  }

  /** Sends what may be sent. */
  pump(): void {
    // What is done at once, such as a message that has expired, calls for the next one: this one.
    if (this.#pumping) return
    this.#pumping = true
    this.#sendWaiting()
    this.#pumping = false
    const half = this.#queue.length * 2 <= this.#options.queuedMessages
    if (this.#wasFull && half && this.hasRoom) {
      this.#wasFull = false
      this.#options.hasRoom()
    }
  }

  #sendWaiting(): void {
    let sent = 0
    for (let first = this.#queue[sent]; first !== undefined; first = this.#queue[sent]) {
      const outlet = this.#outlet
      if (outlet === undefined || outlet.congested) break
      if (first.qos > 0 && this.#inflight.size >= outlet.window) break
      sent += 1
      this.#queuedBytes -= first.message.payload.length
      this.#send(first)
    }
    if (sent > 0) this.#queue.splice(0, sent)
    this.#sent += sent
  }

  /** PUBACK, or a PUBREC that refuses. */
  acknowledged(packetId: number): boolean {
    const delivery = this.#inflight.get(packetId)
    if (delivery === undefined || delivery.state === 'received') return false
    this.#finish(delivery)
    return true
  }

  /** PUBREC: the client has taken a message of QoS 2. */
  received(packetId: number): boolean {
    const delivery = this.#inflight.get(packetId)
    if (delivery?.qos !== 2) return false
    if (delivery.state === 'received') {
      this.#release(delivery)
      return true
    }
    delivery.state = 'received'
    const recorded = this.#options.recorder.received(delivery)
    if (recorded === undefined) this.#release(delivery)
    else
      recorded.then(
        () => this.#release(delivery),
        () => {},
      )
    return true
  }

  /** PUBCOMP. */
  completed(packetId: number): boolean {
    const delivery = this.#inflight.get(packetId)
    if (delivery?.state !== 'received') return false
    this.#finish(delivery)
    this.#options.recorder.completed(delivery)
    return true
  }

  /** A message that the client has taken from a former process, but not let go. */
  restore(delivery: Delivery): void {
    this.#reserved.delete(delivery.packetId)
    this.#inflight.set(delivery.packetId, delivery)
  }

  reserve(packetId: number): void {
    this.#reserved.add(packetId)
  }

  #send(delivery: Delivery): void {
    if (delivery.qos === 0) {
      this.#write(delivery, false)
      delivery.cursor?.done(delivery.offset)
      return
    }
    if (delivery.packetId === 0) delivery.packetId = this.#freePacketId()
    this.#reserved.delete(delivery.packetId)
    this.#inflight.set(delivery.packetId, delivery)
    const recorded =
      delivery.qos === 2 && !delivery.duplicate ? this.#options.recorder.sent(delivery) : undefined
    if (recorded === undefined) {
      this.#transmit(delivery)
      return
    }
    delivery.state = 'recording'
    recorded.then(
      () => this.#transmit(delivery),
      () => {},
    )
  }

  #transmit(delivery: Delivery): void {
    delivery.state = 'sent'
    if (this.#outlet === undefined) return
    if (!this.#write(delivery, delivery.duplicate)) this.#finish(delivery)
  }

  #finish(delivery: Delivery): void {
    this.#inflight.delete(delivery.packetId)
    delivery.cursor?.done(delivery.offset)
    this.pump()
  }

  #release({ packetId }: Delivery): void {
    const outlet = this.#outlet
    if (outlet === undefined) return
    const reason = reasonCode.success
    const packet = { type: 'pubrel', packetId, reason, properties: noProperties } as const
    outlet.write(encodePacket(packet, outlet.version))
  }

  /** False if the message may not go to this client: it has expired or is too large. */
  #write(delivery: Delivery, duplicate: boolean): boolean {
    const outlet = this.#outlet
    if (outlet === undefined) return true
    const { message, qos, retain, packetId, identifiers } = delivery
    const properties = propertiesNow(message, this.#options.now())
    if (properties === undefined) {
      this.#options.dropped('it has expired', message)
      return false
    }
    const { version } = outlet
    const shared = qos === 0 && !retain && identifiers.length === 0 && properties === noProperties
    const known = shared ? message.frames[version] : undefined
    const packet: PublishPacket = {
      type: 'publish',
      qos,
      retain,
      duplicate,
      topic: message.topic,
      packetId,
      payload: message.payload,
      properties: version === 5 ? withIdentifiers(properties, identifiers) : noProperties,
    }
    const head = known ?? publishHead(packet, version)
    if (shared) message.frames[version] = head
    if (head.length + message.payload.length > outlet.largestPacketBytes) {
      this.#options.dropped('it is larger than the client takes', message)
      return false
    }
    if (message.payload.length === 0) outlet.write(head)
    else outlet.write(head, message.payload)
    return true
  }

  #freePacketId(): number {
    do {
      this.#lastPacketId = this.#lastPacketId === greatestPacketId ? 1 : this.#lastPacketId + 1
    } while (this.#inflight.has(this.#lastPacketId) || this.#reserved.has(this.#lastPacketId))
    return this.#lastPacketId
  }
}

function withIdentifiers(
  properties: Readonly<Properties>,
  identifiers: readonly number[],
): Readonly<Properties> {
  if (identifiers.length === 0) return properties
  return { ...properties, subscriptionIdentifiers: [...identifiers] }
}
