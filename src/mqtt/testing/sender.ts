import { noProperties } from '../../protocols/mqtt/index.ts'
import type { RawClient } from './doors.ts'

/** A client as the standard wants it: it repeats what is not answered, with its identifiers. */
export class Sender {
  #client: RawClient
  readonly #open: { packetId: number; payload: string; released: boolean }[]

  constructor(client: RawClient, payloads: readonly string[]) {
    this.#client = client
    this.#open = payloads.map((payload, index) => ({
      packetId: index + 1,
      payload,
      released: false,
    }))
  }

  get done(): boolean {
    return this.#open.length === 0
  }

  start(client: RawClient, duplicate: boolean): void {
    this.#client = client
    for (const { packetId, payload, released } of this.#open) {
      if (released) this.#release(packetId)
      else {
        client.send({
          type: 'publish',
          qos: 2,
          retain: false,
          duplicate,
          topic: 'once',
          packetId,
          payload: Buffer.from(payload),
          properties: noProperties,
        })
      }
    }
  }

  step(): void {
    for (const packet of this.#client.packets.splice(0)) {
      if (packet.type !== 'pubrec' && packet.type !== 'pubcomp') continue
      const index = this.#open.findIndex(({ packetId }) => packetId === packet.packetId)
      const one = this.#open[index]
      if (one === undefined) continue
      if (packet.type === 'pubcomp') this.#open.splice(index, 1)
      else {
        one.released = true
        this.#release(packet.packetId)
      }
    }
  }

  #release(packetId: number): void {
    this.#client.send({ type: 'pubrel', packetId, reason: 0, properties: noProperties })
  }
}
