import { MalformedPacket } from './malformed-packet.ts'
import { reasonCode } from './reason-codes.ts'

/** A longer length than four bytes of seven bits is not MQTT. */
const longestLengthBytes = 4

/**
 * Cuts a stream of bytes into packets as they come. A packet that lies whole in one piece is handed
 * on as a view of it, without a copy. Memory grows with the bytes that came, never with the length
 * that a peer merely announces.
 */
export class PacketSplitter {
  /** The most bytes that a whole packet may have. */
  maximumBytes: number
  readonly #onPacket: (firstByte: number, body: Buffer) => void
  #pieces: Buffer[] = []
  #bytes = 0
  #wanted = 0

  constructor(maximumBytes: number, onPacket: (firstByte: number, body: Buffer) => void) {
    this.maximumBytes = maximumBytes
    this.#onPacket = onPacket
  }

  /** Throws `MalformedPacket`; what was whole before the broken part has been handed on. */
  push(piece: Buffer): void {
    let rest = piece
    if (this.#bytes > 0) {
      this.#pieces.push(piece)
      this.#bytes += piece.length
      if (this.#bytes < this.#wanted) return
      rest = Buffer.concat(this.#pieces, this.#bytes)
      this.#pieces = []
      this.#bytes = 0
    }
    this.#cut(rest)
  }

  #cut(source: Buffer): void {
    let at = 0
    while (at < source.length) {
      const header = this.#readHeader(source, at)
      const end = header === undefined ? undefined : header.bodyAt + header.bodyBytes
      if (header === undefined || end === undefined || end > source.length) {
        this.#keep(source.subarray(at), end === undefined ? 0 : end - at)
        return
      }
      const firstByte = source[at] as number
      at = end
      this.#onPacket(firstByte, source.subarray(header.bodyAt, end))
    }
  }

  #readHeader(source: Buffer, start: number): { bodyAt: number; bodyBytes: number } | undefined {
    let bodyBytes = 0
    for (let index = 0; index < longestLengthBytes; index++) {
      const byte = source[start + 1 + index]
      if (byte === undefined) return undefined
      bodyBytes += (byte & 0x7f) << (7 * index)
      if (byte < 0x80) {
        const bodyAt = start + 2 + index
        if (bodyAt - start + bodyBytes > this.maximumBytes) {
          throw new MalformedPacket(
            `a packet of ${bodyAt - start + bodyBytes} bytes is larger than ${this.maximumBytes}`,
            reasonCode.packetTooLarge,
          )
        }
        return { bodyAt, bodyBytes }
      }
    }
    throw new MalformedPacket('the length of a packet is longer than four bytes')
  }

  #keep(rest: Buffer, wanted: number): void {
    this.#pieces = [rest]
    this.#bytes = rest.length
    this.#wanted = wanted
  }
}
