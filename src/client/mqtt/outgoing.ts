/** What this client has published and the broker has not acknowledged to the end. */
import {
  noProperties,
  type Packet,
  type PublishPacket,
  reasonCode,
} from '../../protocols/mqtt/index.ts'
import { mqttClientError } from './errors.ts'

interface Unacknowledged {
  readonly packet: PublishPacket
  /** QoS 2: the broker has the message, and is to be told that we know. */
  isReleased: boolean
  readonly done: () => void
  readonly failed: (error: Error) => void
}

const mostPacketIds = 0xffff

export class Outgoing {
  readonly #send: (packet: Packet) => void
  /** In the order of their sending. */
  readonly #unacknowledged = new Map<number, Unacknowledged>()
  #waiting: (() => void)[] = []
  #whenIdle: (() => void)[] = []
  #lastPacketId = 0
  /** How many may be on their way at once; more wait for their turn. */
  most: number

  constructor(most: number, send: (packet: Packet) => void) {
    this.most = most
    this.#send = send
  }

  get size(): number {
    return this.#unacknowledged.size
  }

  /** Resolves when there is room for one more. */
  async room(): Promise<void> {
    while (this.size >= Math.min(this.most, mostPacketIds)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
  }

  /** Sends it, also when it cannot leave yet: `resend` follows. Resolves when it is acknowledged to the end. */
  publish(message: PublishPacket): Promise<void> {
    const packet = { ...message, packetId: this.#nextPacketId() }
    return new Promise((done, failed) => {
      this.#unacknowledged.set(packet.packetId, { packet, isReleased: false, done, failed })
      this.#send(packet)
    })
  }

  /** On a new connection, in the order of the first sending (MQTT 3.1.1, section 4.4 and 4.6). */
  resend(): void {
    for (const [packetId, { packet, isReleased }] of this.#unacknowledged) {
      this.#send(isReleased ? releaseOf(packetId) : { ...packet, duplicate: true })
    }
  }

  acknowledged({ type, packetId, reason }: Acknowledgement): void {
    const one = this.#unacknowledged.get(packetId)
    if (one === undefined) {
      // The broker may be asking about what an earlier life of ours sent.
      if (type === 'pubrec') this.#send(releaseOf(packetId))
      return
    }
    if (type === 'pubrec' && reason < 0x80) {
      one.isReleased = true
      this.#send(releaseOf(packetId))
      return
    }
    this.#unacknowledged.delete(packetId)
    const isRefused = reason >= 0x80 && type !== 'pubcomp'
    if (isRefused) {
      one.failed(mqttClientError('mqtt-publish-refused', { topic: one.packet.topic, code: reason }))
    } else one.done()
    this.#left()
  }

  fail(error: Error): void {
    for (const { failed } of this.#unacknowledged.values()) failed(error)
    this.#unacknowledged.clear()
    for (const wake of [...this.#waiting.splice(0), ...this.#whenIdle.splice(0)]) wake()
  }

  #left(): void {
    this.#waiting.shift()?.()
    if (this.size > 0) return
    for (const wake of this.#whenIdle.splice(0)) wake()
  }

  #nextPacketId(): number {
    do {
      this.#lastPacketId = (this.#lastPacketId % mostPacketIds) + 1
    } while (this.#unacknowledged.has(this.#lastPacketId))
    return this.#lastPacketId
  }
}

interface Acknowledgement {
  readonly type: 'puback' | 'pubrec' | 'pubcomp'
  readonly packetId: number
  readonly reason: number
}

function releaseOf(packetId: number): Packet {
  return { type: 'pubrel', packetId, reason: reasonCode.success, properties: noProperties }
}
