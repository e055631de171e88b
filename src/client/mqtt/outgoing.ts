/** What this client publishes, from the call to the last acknowledgement. */
import {
  encodePacket,
  noProperties,
  type Packet,
  type Properties,
  type ProtocolVersion,
  type PubackPacket,
  type PubcompPacket,
  type PublishPacket,
  type PubrecPacket,
  type Qos,
  reasonCode,
} from '../../protocols/mqtt/index.ts'
import { mqttClientError } from './errors.ts'
import { Line } from './line.ts'

export interface OutgoingPublish {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: Qos
  readonly retain?: boolean
  readonly properties?: Readonly<Properties>
}

/** The packet that ended it: PUBACK at QoS 1, PUBCOMP at QoS 2; at QoS 0 there is none. */
export type PublishAnswer = PubackPacket | PubcompPacket | undefined

/** What messages leave by: a connection. */
export interface Wire {
  send(packet: Packet): void
  /** Whether so much waits to leave that more had better wait for the next `proceed`. */
  readonly isFull: boolean
  readonly version: ProtocolVersion
  /** Of the broker's CONNACK: what it takes. */
  readonly limits: Readonly<Properties>
}

interface Entry {
  packet: PublishPacket
  /** QoS 2: the broker has the message, and is to be told that we know. */
  isReleased: boolean
  readonly resolve: (answer: PublishAnswer) => void
  readonly reject: (error: Error) => void
}

const mostPacketIds = 0xffff
/** MQTT's own limit: no packet may be larger. */
export const largestPacketBytes = 268_435_460

/**
 * Messages leave in the order of their calls. Of QoS 1 and 2, at most so many are on their way as
 * this client and the broker's Receive Maximum allow; the others, and all while there is no
 * connection or while it is full, wait in line, each held by the promise of its call.
 */
export class Outgoing {
  readonly #mostInFlight: number
  #wire: Wire | undefined
  /** How many may be on their way at once over this connection. */
  #most = 0
  /** Not sent yet. */
  readonly #line = new Line<Entry>()
  /** Sent and not acknowledged to the end, by packet id, in the order of the first sending. */
  readonly #inFlight = new Map<number, Entry>()
  /** Those in flight over an earlier connection that are to be sent again over this one. */
  #again = new Line<Entry>()
  #whenIdle: (() => void)[] = []
  #lastPacketId = 0

  constructor(mostInFlight: number) {
    this.#mostInFlight = Math.min(mostInFlight, mostPacketIds)
  }

  publish({ topic, payload, qos, retain = false, properties = noProperties }: OutgoingPublish) {
    return new Promise<PublishAnswer>((resolve, reject) => {
      this.#line.push({
        packet: {
          type: 'publish',
          ...{ qos, retain, topic, payload, properties },
          duplicate: false,
          packetId: 0,
        },
        ...{ isReleased: false, resolve, reject },
      })
      this.proceed()
    })
  }

  /** Sends again, in the order of the first sending, what the last connection left open (MQTT 5, section 4.4 and 4.6). */
  connected(wire: Wire): void {
    this.#wire = wire
    this.#most = Math.min(this.#mostInFlight, wire.limits.receiveMaximum ?? mostPacketIds)
    this.#again = new Line()
    for (const entry of this.#inFlight.values()) {
      entry.packet = { ...entry.packet, duplicate: true }
      this.#again.push(entry)
    }
    this.proceed()
  }

  disconnected(): void {
    this.#wire = undefined
  }

  acknowledged(answer: PubackPacket | PubrecPacket | PubcompPacket): void {
    const { type, packetId, reason } = answer
    const entry = this.#inFlight.get(packetId)
    if (type === 'pubrec' && reason < reasonCode.unspecifiedError) {
      if (entry !== undefined) entry.isReleased = true
      // Without an entry, the broker speaks of what an earlier life of this program sent.
      this.#wire?.send(releaseOf(packetId))
      return
    }
    if (entry === undefined) return
    this.#inFlight.delete(packetId)
    if (reason < reasonCode.unspecifiedError || type === 'pubcomp') {
      // A PUBCOMP of a broker that no longer knows the id ends it as well.
      entry.resolve(answer as PublishAnswer)
    } else {
      const { topic } = entry.packet
      entry.reject(mqttClientError('mqtt-publish-refused', { topic, code: reason }))
    }
    this.proceed()
  }

  /** Resolves when nothing waits and nothing is on its way. */
  async idle(): Promise<void> {
    if (!this.#isIdle) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
  }

  fail(error: Error): void {
    this.#wire = undefined
    const left = [...this.#inFlight.values(), ...this.#line.takeAll()]
    this.#inFlight.clear()
    for (const { reject } of left) reject(error)
    this.#wakeIdle()
  }

  /** Sends what may be sent now. */
  proceed(): void {
    const wire = this.#wire
    while (wire !== undefined && !wire.isFull) {
      if (this.#again.size > 0) {
        if (this.#onWire >= this.#most) break
        this.#sendAgain(wire)
        continue
      }
      const next = this.#line.first
      if (next === undefined) break
      if (next.packet.qos > 0 && this.#inFlight.size >= this.#most) break
      this.#line.shift()
      this.#send(wire, next)
    }
    if (this.#isIdle) this.#wakeIdle()
  }

  get #isIdle(): boolean {
    return this.#line.size === 0 && this.#inFlight.size === 0
  }

  get #onWire(): number {
    return this.#inFlight.size - this.#again.size
  }

  #sendAgain(wire: Wire): void {
    const entry = this.#again.shift()
    if (entry === undefined || this.#inFlight.get(entry.packet.packetId) !== entry) return
    const { packet, isReleased } = entry
    wire.send(isReleased ? releaseOf(packet.packetId) : packet)
  }

  #send(wire: Wire, entry: Entry): void {
    const { packet } = entry
    const refuse = (why: string) =>
      entry.reject(
        mqttClientError('mqtt-publish-beyond', { topic: packet.topic.slice(0, 100), why }),
      )
    try {
      const why = reasonAgainst(packet, wire)
      if (why !== undefined) refuse(why)
      else if (packet.qos === 0) {
        wire.send(packet)
        entry.resolve(undefined)
      } else {
        entry.packet = { ...packet, packetId: this.#nextPacketId() }
        wire.send(entry.packet)
        this.#inFlight.set(entry.packet.packetId, entry)
      }
    } catch (error) {
      // It cannot be written as a packet: the topic or a property is too long.
      refuse(error instanceof Error ? error.message : String(error))
    }
  }

  #nextPacketId(): number {
    do {
      this.#lastPacketId = (this.#lastPacketId % mostPacketIds) + 1
    } while (this.#inFlight.has(this.#lastPacketId))
    return this.#lastPacketId
  }

  #wakeIdle(): void {
    for (const wake of this.#whenIdle.splice(0)) wake()
  }
}

/** Why the broker would end the connection for this message, by what its CONNACK said. */
function reasonAgainst(packet: PublishPacket, { limits, version }: Wire): string | undefined {
  const { maximumQos, retainAvailable, maximumPacketSize = largestPacketBytes } = limits
  const mostQos = maximumQos === undefined ? 2 : Number(maximumQos)
  if (packet.qos > mostQos) return `it takes messages of QoS ${mostQos} at most`
  if (packet.retain && retainAvailable === false) return 'it keeps no messages (retain)'
  const isSmall =
    packet.properties === noProperties &&
    packet.payload.length + 3 * packet.topic.length + 16 <= maximumPacketSize
  if (isSmall || encodePacket({ ...packet, packetId: 1 }, version).length <= maximumPacketSize) {
    return undefined
  }
  return `it takes packets of at most ${maximumPacketSize} bytes`
}

function releaseOf(packetId: number): Packet {
  return { type: 'pubrel', packetId, reason: reasonCode.success, properties: noProperties }
}
