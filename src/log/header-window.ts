import { batchHeaderBytes } from '../protocols/kafka/record-batch.ts'
import { logError } from './errors.ts'
import type { Segment } from './segment.ts'

const windowBytes = 8 * 1024

/**
 * Looks at batch headers of a segment through a small window of bytes, so that a walk from an index
 * entry to the wanted batch costs one read. Its fields are those of the header looked at last.
 */
export class HeaderWindow {
  readonly #bytes = Buffer.allocUnsafe(windowBytes)
  #segment: Segment | undefined
  #from = 0
  #length = 0
  #at = 0

  /** Looks at the header at this position, if a whole one stands before the segment's end. */
  look(segment: Segment, position: number): boolean {
    if (position < 0 || position + batchHeaderBytes > segment.sizeBytes) return false
    const inside =
      segment === this.#segment &&
      position >= this.#from &&
      position + batchHeaderBytes <= this.#from + this.#length
    if (!inside) {
      this.#segment = segment
      this.#from = position
      this.#length = segment.log.read(this.#bytes, 0, windowBytes, position)
    }
    this.#at = position - this.#from
    return this.#length - this.#at >= batchHeaderBytes
  }

  /** The same, where a batch must stand; throws `damaged-segment`. */
  mustLook(segment: Segment, position: number): void {
    const fits =
      this.look(segment, position) &&
      this.#bytes[this.#at + 16] === 2 &&
      this.sizeBytes >= batchHeaderBytes &&
      position + this.sizeBytes <= segment.sizeBytes
    if (fits) return
    const what = 'there is no batch where one must be'
    throw logError('damaged-segment', { path: segment.log.path, position, what })
  }

  get baseOffset(): bigint {
    return this.#bytes.readBigInt64BE(this.#at)
  }

  get sizeBytes(): number {
    return 12 + this.#bytes.readInt32BE(this.#at + 8)
  }

  get lastOffset(): bigint {
    return this.baseOffset + BigInt(this.#bytes.readInt32BE(this.#at + 23))
  }

  get maxTimestamp(): bigint {
    return this.#bytes.readBigInt64BE(this.#at + 35)
  }

  /** What it has seen of a segment no longer holds, or may be gone. */
  forget(): void {
    this.#segment = undefined
  }
}
