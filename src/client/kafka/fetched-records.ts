import { MalformedBytes } from '../../base/bytes.ts'
import { crc32c } from '../../base/crc32c.ts'
import { at, attribute } from '../../protocols/kafka/batch-header.ts'
import {
  type BatchHeader,
  batchHeaderBytes,
  CorruptBatch,
  decodeBatch,
  type Record,
  readBatchHeader,
} from '../../protocols/kafka/record-batch.ts'

export interface FetchedRecords {
  readonly records: Record[]
  /** Where the next fetch begins; what compaction or markers took out is passed over. */
  readonly next: bigint
}

export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

/** A batch of data as a broker sent it; its checksum is right. */
export interface FetchedBatch {
  readonly header: BatchHeader
  /** A view of the answer. */
  readonly bytes: Buffer
}

export interface FetchedBatches {
  readonly batches: FetchedBatch[]
  /** See `FetchedRecords`. */
  readonly next: bigint
}

/** The records from `from` on of `readFetchedBatches`. */
export function readFetched(
  source: Buffer,
  from: bigint,
  aborted: readonly AbortedTransaction[] = [],
): FetchedRecords {
  const { batches, next } = readFetchedBatches(source, from, aborted)
  const records: Record[] = []
  for (const { bytes } of batches) {
    for (const record of decodeBatch(bytes).records) if (record.offset >= from) records.push(record)
  }
  return { records, next }
}

/**
 * The batches that have a record from `from` on, without those of `aborted` transactions. A broker
 * sends whole batches, of which the first may begin earlier and the last be cut off; control batches
 * are no data. Throws `MalformedBytes`.
 */
export function readFetchedBatches(
  source: Buffer,
  from: bigint,
  aborted: readonly AbortedTransaction[] = [],
): FetchedBatches {
  const filter = new AbortedFilter(aborted)
  const batches: FetchedBatch[] = []
  let next = from
  for (let start = 0; source.length - start >= batchHeaderBytes; ) {
    const header = readBatchHeader(source, start)
    const end = start + header.sizeBytes
    if (end > source.length) break
    if (crc32c(source, start + at.attributes, end) !== header.crc) {
      throw new CorruptBatch(`the batch at offset ${header.baseOffset} fails its checksum`)
    }
    const behind = lastOffsetOf(header) + 1n
    if (filter.takes(header) && behind > from) {
      batches.push({ header, bytes: source.subarray(start, end) })
    }
    if (behind > next) next = behind
    start = end
  }
  if (next === from && source.length > 0) {
    throw new MalformedBytes(`${source.length} bytes without the offset ${from}`)
  }
  return { batches, next }
}

function lastOffsetOf({ baseOffset, lastOffsetDelta }: BatchHeader): bigint {
  return baseOffset + BigInt(lastOffsetDelta)
}

/** Batches come in order; a producer has one transaction at a time, which a marker ends. */
class AbortedFilter {
  readonly #ahead: AbortedTransaction[]
  readonly #producers = new Set<bigint>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  }

  takes(header: BatchHeader): boolean {
    const { attributes, producerId } = header
    const last = lastOffsetOf(header)
    while (this.#ahead[0] !== undefined && this.#ahead[0].firstOffset <= last) {
      this.#producers.add(this.#ahead[0].producerId)
      this.#ahead.shift()
    }
    if ((attributes & attribute.control) !== 0) {
      this.#producers.delete(producerId)
      return false
    }
    return (attributes & attribute.transactional) === 0 || !this.#producers.has(producerId)
  }
}
