/** What the broker has published to this client and is to be acknowledged. */
import {
  noProperties,
  type Packet,
  type PublishPacket,
  reasonCode,
} from '../../protocols/mqtt/index.ts'
import { Line } from './line.ts'

/** A message on its way to the program. */
export interface Delivery {
  readonly packet: PublishPacket
  /** QoS 2, before it is handed out: true when the broker will not send it again, false when the client was closed. */
  readonly claim?: () => Promise<boolean>
  /** QoS 1: the message is dealt with and the broker may forget it. */
  readonly done?: () => void
}

interface AtLeastOnce {
  readonly packet: PublishPacket
  isDone: boolean
}

interface ExactlyOnce {
  /** Whether the broker was told (PUBREC) that we have it. */
  isTold: boolean
  settle: ((isOurs: boolean) => void) | undefined
}

/**
 * QoS 1: acknowledged when it is dealt with, in the order of its coming. A broker that kept the
 * session sends again what was not acknowledged; what is still in hand is recognised then and not
 * handed out a second time.
 *
 * QoS 2: what makes "handed out once" true is PUBREL. Until the broker has read our PUBREC it may
 * send the message again, also to a later life of this program that remembers nothing; by PUBREL it
 * says that it has, and that it will never send the message again. So a message is handed out after
 * its PUBREL, neither when it comes nor when PUBREC has been written: a connection that is lost
 * before brings the message (its id is known, PUBREC is repeated) or the PUBREL again. PUBREC is
 * sent when the message's turn has come and not before: a program that dies loses the one message
 * that was about to be handed out, while all that wait behind it come again.
 */
export class Incoming {
  readonly #send: (packet: Packet) => void
  /** QoS 1, in the order of coming over this connection. */
  #unacknowledged = new Line<AtLeastOnce>()
  /** QoS 1, by packet id: of earlier connections, and to be sent again by a broker that kept the session. */
  readonly #expected = new Map<number, AtLeastOnce>()
  /** QoS 2, by packet id: received, and not released by the broker. */
  readonly #unreleased = new Map<number, ExactlyOnce>()
  #isClosed = false

  constructor(send: (packet: Packet) => void) {
    this.#send = send
  }

  /** Undefined for what has been handed over before. */
  receive(packet: PublishPacket): Delivery | undefined {
    if (packet.qos === 0) return { packet }
    return packet.qos === 1 ? this.#receiveAtLeastOnce(packet) : this.#receiveOnce(packet)
  }

  /** By PUBREL. */
  released(packetId: number): void {
    this.#unreleased.get(packetId)?.settle?.(true)
    this.#unreleased.delete(packetId)
    this.#acknowledge('pubcomp', packetId)
  }

  /** The connection is a new one. */
  reconnected(isSessionKept: boolean): void {
    for (const one of this.#unacknowledged.takeAll()) this.#expected.set(one.packet.packetId, one)
    if (isSessionKept) return
    // Nothing of the old session comes again, so it can be handed out without asking.
    this.#expected.clear()
    for (const { settle } of this.#unreleased.values()) settle?.(true)
    this.#unreleased.clear()
  }

  /**
   * For a broker of MQTT 3.1, which cannot say whether it kept the session: it answers PUBREC by
   * PUBREL also where it knows nothing of the message. To be called when it has repeated what it kept.
   */
  tellAgain(): void {
    for (const [id, { isTold }] of this.#unreleased) if (isTold) this.#acknowledge('pubrec', id)
  }

  close(): void {
    this.#isClosed = true
    for (const { settle } of this.#unreleased.values()) settle?.(false)
    this.#unreleased.clear()
  }

  #receiveAtLeastOnce(packet: PublishPacket): Delivery | undefined {
    const { packetId } = packet
    const earlier = this.#expected.get(packetId)
    this.#expected.delete(packetId)
    const isKnown = earlier !== undefined && packet.duplicate && isSame(packet, earlier.packet)
    const one = isKnown ? earlier : { packet, isDone: false }
    this.#unacknowledged.push(one)
    if (isKnown) {
      this.#acknowledgeDone()
      return undefined
    }
    const done = () => {
      one.isDone = true
      this.#acknowledgeDone()
    }
    return { packet, done }
  }

  #acknowledgeDone(): void {
    for (;;) {
      const { first } = this.#unacknowledged
      if (first?.isDone !== true) return
      this.#unacknowledged.shift()
      this.#acknowledge('puback', first.packet.packetId)
    }
  }

  #receiveOnce(packet: PublishPacket): Delivery | undefined {
    const { packetId } = packet
    const known = this.#unreleased.get(packetId)
    if (known !== undefined) {
      if (known.isTold) this.#acknowledge('pubrec', packetId)
      return undefined
    }
    const one: ExactlyOnce = { isTold: false, settle: undefined }
    this.#unreleased.set(packetId, one)
    return { packet, claim: () => this.#claim(packetId, one) }
  }

  #claim(packetId: number, one: ExactlyOnce): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false)
    // The session that it came by is gone, and it cannot come again.
    if (this.#unreleased.get(packetId) !== one) return Promise.resolve(true)
    return new Promise((resolve) => {
      one.settle = resolve
      one.isTold = true
      this.#acknowledge('pubrec', packetId)
    })
  }

  #acknowledge(type: 'puback' | 'pubrec' | 'pubcomp', packetId: number): void {
    this.#send({ type, packetId, reason: reasonCode.success, properties: noProperties })
  }
}

function isSame(one: PublishPacket, other: PublishPacket): boolean {
  return one.topic === other.topic && one.payload.equals(other.payload)
}
