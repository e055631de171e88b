import {
  blockBytes,
  frameHeaderBytes,
  groupBytes,
  groupHeaderBytes,
  writeFrameHeader,
  writeGroupHeader,
} from './journal-format.ts'

const padding = Buffer.alloc(blockBytes)

/** The group that appends fill while the one before it is on its way to the disk. */
export class JournalGroup {
  #heads: Buffer = Buffer.allocUnsafe(blockBytes)
  #payload: Buffer = Buffer.allocUnsafe(64 * 1024)
  #frameCount = 0
  #payloadBytes = 0

  get isEmpty(): boolean {
    return this.#frameCount === 0
  }

  /** What it takes of the journal. */
  get bytes(): number {
    return this.bytesWith(0, 0)
  }

  bytesWith(moreFrames: number, morePayloadBytes: number): number {
    return groupBytes({
      frameCount: this.#frameCount + moreFrames,
      payloadBytes: this.#payloadBytes + morePayloadBytes,
    })
  }

  /** Copies one stamped batch, which stands at `at` in `source`. */
  add(
    partitionKey: Buffer,
    segmentBase: bigint,
    position: number,
    source: Buffer,
    at: number,
    batch: { readonly baseOffset: bigint; readonly sizeBytes: number; readonly crc: number },
  ): void {
    const headAt = groupHeaderBytes + this.#frameCount * frameHeaderBytes
    this.#heads = withRoom(this.#heads, headAt, frameHeaderBytes)
    this.#payload = withRoom(this.#payload, this.#payloadBytes, batch.sizeBytes)
    writeFrameHeader(this.#heads, headAt, partitionKey, segmentBase, position, batch)
    source.copy(this.#payload, this.#payloadBytes, at, at + batch.sizeBytes)
    this.#frameCount++
    this.#payloadBytes += batch.sizeBytes
  }

  /** The bytes of the group, valid until the next `add`. */
  sealed(epoch: number, sequence: number): Uint8Array[] {
    const frameCount = this.#frameCount
    const payloadBytes = this.#payloadBytes
    writeGroupHeader(this.#heads, { epoch, sequence, frameCount, payloadBytes })
    const headsBytes = groupHeaderBytes + frameCount * frameHeaderBytes
    return [
      this.#heads.subarray(0, headsBytes),
      this.#payload.subarray(0, payloadBytes),
      padding.subarray(0, this.bytes - headsBytes - payloadBytes),
    ]
  }

  clear(): void {
    this.#frameCount = 0
    this.#payloadBytes = 0
  }
}

function withRoom(buffer: Buffer, used: number, more: number): Buffer {
  if (used + more <= buffer.length) return buffer
  const larger = Buffer.allocUnsafe(Math.max(used + more, buffer.length * 2))
  buffer.copy(larger, 0, 0, used)
  return larger
}
