import { MalformedBytes } from '../base/bytes.ts'
import type { BufferPool } from './buffer-pool.ts'

const lengthBytes = 4

/**
 * Cuts a stream of bytes into Kafka's frames (an int32 length, then that many bytes). A frame that
 * came in one piece is a view of it, good until `push` returns; one that came in many is gathered
 * in a pooled buffer, to be given back when its request is done with.
 */
export class FrameReader {
  /** The longest frame that is accepted. */
  longestBytes: number
  readonly #pool: BufferPool
  readonly #onFrame: (frame: Buffer, gathered: Buffer | undefined) => void
  /** The beginning of a length that ended with its piece. */
  #stump: Buffer | undefined
  #gathering: Buffer | undefined
  #wanted = 0
  #have = 0

  constructor(
    longestBytes: number,
    pool: BufferPool,
    onFrame: (frame: Buffer, gathered: Buffer | undefined) => void,
  ) {
    this.longestBytes = longestBytes
    this.#pool = pool
    this.#onFrame = onFrame
  }

  /** Throws MalformedBytes where a length is negative or too large. */
  push(piece: Buffer): void {
    let rest = piece
    if (this.#gathering !== undefined) rest = this.#gather(rest)
    if (this.#stump !== undefined) {
      rest = Buffer.concat([this.#stump, rest])
      this.#stump = undefined
    }
    while (rest.length >= lengthBytes) {
      const length = rest.readInt32BE(0)
      if (length < 0 || length > this.longestBytes) {
        throw new MalformedBytes(
          `a frame of ${length} bytes is announced; 0 to ${this.longestBytes} are accepted`,
        )
      }
      if (rest.length < lengthBytes + length) {
        this.#gathering = this.#pool.take(length)
        this.#wanted = length
        this.#have = 0
        this.#gather(rest.subarray(lengthBytes))
        return
      }
      this.#onFrame(rest.subarray(lengthBytes, lengthBytes + length), undefined)
      rest = rest.subarray(lengthBytes + length)
    }
    if (rest.length > 0) this.#stump = Buffer.from(rest)
  }

  /** Adds to the frame that is being gathered; returns what follows it. */
  #gather(piece: Buffer): Buffer {
    const gathering = this.#gathering as Buffer
    const take = Math.min(piece.length, this.#wanted - this.#have)
    piece.copy(gathering, this.#have, 0, take)
    this.#have += take
    if (this.#have === this.#wanted) {
      this.#gathering = undefined
      this.#onFrame(gathering.subarray(0, this.#wanted), gathering)
    }
    return piece.subarray(take)
  }
}
