import { MalformedBytes } from '../../base/bytes.ts'

const lengthBytes = 4

/**
 * Cuts what a socket brings into frames (an int32 length, then that many bytes). Each frame is
 * gathered in memory of its own: the pieces may be overwritten when they have been taken.
 */
export class FrameSplitter {
  readonly #longestBytes: number
  readonly #onFrame: (frame: Buffer) => void
  #rest: Buffer = Buffer.alloc(0)
  #gathering: Buffer | undefined
  #gatheredBytes = 0

  constructor(longestBytes: number, onFrame: (frame: Buffer) => void) {
    this.#longestBytes = longestBytes
    this.#onFrame = onFrame
  }

  /** Throws `MalformedBytes` where a length is negative or beyond the limit. */
  push(piece: Buffer): void {
    let rest = this.#gather(piece)
    if (this.#rest.length > 0) rest = Buffer.concat([this.#rest, rest])
    while (rest.length >= lengthBytes) {
      const length = rest.readInt32BE(0)
      if (length < 0 || length > this.#longestBytes) {
        throw new MalformedBytes(`a frame of ${length} bytes; ${this.#longestBytes} are accepted`)
      }
      const end = lengthBytes + length
      if (rest.length < end) {
        this.#gathering = Buffer.allocUnsafe(length)
        this.#gatheredBytes = rest.copy(this.#gathering, 0, lengthBytes)
        rest = rest.subarray(rest.length)
        break
      }
      this.#onFrame(Buffer.from(rest.subarray(lengthBytes, end)))
      rest = rest.subarray(end)
    }
    this.#rest = Buffer.from(rest)
  }

  /** Adds to the frame that is incomplete; returns what follows it. */
  #gather(piece: Buffer): Buffer {
    if (this.#gathering === undefined) return piece
    const taken = piece.copy(this.#gathering, this.#gatheredBytes)
    this.#gatheredBytes += taken
    if (this.#gatheredBytes < this.#gathering.length) return piece.subarray(taken)
    const frame = this.#gathering
    this.#gathering = undefined
    this.#onFrame(frame)
    return piece.subarray(taken)
  }
}
