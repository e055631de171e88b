/** What the broker has published to this client and is to be acknowledged. */
import {
  noProperties,
  type Packet,
  type PublishPacket,
  reasonCode,
} from '../../protocols/mqtt/index.ts'

/** A message on its way to the program. */
export interface Delivery {
  readonly packet: PublishPacket
  /** QoS 2: resolves when the broker knows that it must not send the message again. */
  readonly claim: () => Promise<void>
  /** QoS 1: the message is dealt with and the broker may forget it. */
  readonly done: () => void
}

interface Unfinished {
  readonly packetId: number
  isDone: boolean
}

const nothing = () => {}
const atOnce = async () => {}

/**
 * QoS 1: acknowledged when it is dealt with, in the order of its coming. After a new connection the
 * broker sends again what was not acknowledged, so acknowledgements of an earlier one are dropped.
 *
 * QoS 2: a message is handed out when the broker has confirmed (PUBREL) that it knows we have it.
 * Before that it may come again, also to a later life of this program; after that it never does.
 */
export class Incoming {
  readonly #send: (packet: Packet) => void
  #unacknowledged: Unfinished[] = []
  /** QoS 2, by packet id: received, and perhaps waiting for its PUBREL. */
  readonly #received = new Map<
    number,
    { wasAsked: boolean; released: PromiseWithResolvers<void> }
  >()

  constructor(send: (packet: Packet) => void) {
    this.#send = send
  }

  /** Undefined for what has been handed over before. */
  receive(packet: PublishPacket): Delivery | undefined {
    if (packet.qos === 0) return { packet, claim: atOnce, done: nothing }
    return packet.qos === 1 ? this.#receiveAtLeastOnce(packet) : this.#receiveOnce(packet)
  }

  released(packetId: number): void {
    this.#received.get(packetId)?.released.resolve()
    this.#received.delete(packetId)
    this.#send({ type: 'pubcomp', packetId, reason: reasonCode.success, properties: noProperties })
  }

  /** The connection is a new one; the broker may have forgotten what was before. */
  reconnected(sessionPresent: boolean): void {
    this.#unacknowledged = []
    if (sessionPresent) return
    for (const { released } of this.#received.values()) released.resolve()
    this.#received.clear()
  }

  #receiveAtLeastOnce(packet: PublishPacket): Delivery {
    const mine = this.#unacknowledged
    const one = { packetId: packet.packetId, isDone: false }
    mine.push(one)
    const done = () => {
      if (one.isDone || mine !== this.#unacknowledged) return
      one.isDone = true
      for (let first = mine[0]; first?.isDone; first = mine[0]) {
        mine.shift()
        const { packetId } = first
        this.#send({
          type: 'puback',
          packetId,
          reason: reasonCode.success,
          properties: noProperties,
        })
      }
    }
    return { packet, claim: atOnce, done }
  }

  #receiveOnce(packet: PublishPacket): Delivery | undefined {
    const { packetId } = packet
    const known = this.#received.get(packetId)
    if (known !== undefined) {
      if (known.wasAsked) this.#sendReceived(packetId)
      return undefined
    }
    const one = { wasAsked: false, released: Promise.withResolvers<void>() }
    this.#received.set(packetId, one)
    const claim = async () => {
      // Where the session is lost meanwhile, nothing of it comes again.
      if (this.#received.get(packetId) === one && !one.wasAsked) {
        one.wasAsked = true
        this.#sendReceived(packetId)
      }
      await one.released.promise
    }
    return { packet, claim, done: nothing }
  }

  #sendReceived(packetId: number): void {
    this.#send({ type: 'pubrec', packetId, reason: reasonCode.success, properties: noProperties })
  }
}
