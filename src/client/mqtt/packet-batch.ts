import { encodePacket, type Packet, type ProtocolVersion } from '../../protocols/mqtt/index.ts'

/** Packets that are as long are not copied together with others. */
const longBytes = 8 * 1024
/** A batch of this size leaves before its turn is over. */
const mostBytes = 64 * 1024

/** Writes the small packets of one turn of the event loop as one piece: one system call for hundreds. */
export class PacketBatch {
  readonly #version: ProtocolVersion
  readonly #write: (bytes: Buffer) => void
  #packets: Buffer[] = []
  #bytes = 0

  constructor(version: ProtocolVersion, write: (bytes: Buffer) => void) {
    this.#version = version
    this.#write = write
  }

  add(packet: Packet): void {
    const bytes = encodePacket(packet, this.#version)
    if (bytes.length >= longBytes) {
      this.flush()
      this.#write(bytes)
      return
    }
    if (this.#bytes === 0) process.nextTick(() => this.flush())
    this.#packets.push(bytes)
    this.#bytes += bytes.length
    if (this.#bytes >= mostBytes) this.flush()
  }

  flush(): void {
    if (this.#bytes === 0) return
    const batch = Buffer.concat(this.#packets, this.#bytes)
    this.#packets = []
    this.#bytes = 0
    this.#write(batch)
  }
}
