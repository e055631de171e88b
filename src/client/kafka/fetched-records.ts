import { MalformedBytes } from '../../base/bytes.ts'
import { crc32c } from '../../base/crc32c.ts'
import { at } from '../../protocols/kafka/batch-header.ts'
import {
  batchHeaderBytes,
  CorruptBatch,
  type DecodedBatch,
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

/**
 * The records from `from` on, without those of `aborted` transactions. A broker sends whole batches, of which the first may begin earlier
 * and the last be cut off; control batches are no data. Throws `MalformedBytes`.
 */
export function readFetched(
  source: Buffer,
  from: bigint,
  aborted: readonly AbortedTransaction[] = [],
): FetchedRecords {
  const filter = new AbortedFilter(aborted)
  const records: Record[] = []
  let next = from
  for (let start = 0; source.length - start >= batchHeaderBytes; ) {
    const header = readBatchHeader(source, start)
    const end = start + header.sizeBytes
    if (end > source.length) break
    if (crc32c(source, start + at.attributes, end) !== header.crc) {
      throw new CorruptBatch(`the batch at offset ${header.baseOffset} fails its checksum`)
    }
    const batch = decodeBatch(source, start)
    if (filter.takes(batch)) {
      for (const record of batch.records) if (record.offset >= from) records.push(record)
    }
    const behind = header.baseOffset + BigInt(header.lastOffsetDelta) + 1n
    if (behind > next) next = behind
    start = end
  }
  if (next === from && source.length > 0) {
    throw new MalformedBytes(`${source.length} bytes without the offset ${from}`)
  }
  return { records, next }
}

/** Batches come in order; a producer has one transaction at a time, which a marker ends. */
class AbortedFilter {
  readonly #ahead: AbortedTransaction[]
  readonly #producers = new Set<bigint>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  }

  takes({ header, isControl, isTransactional }: DecodedBatch): boolean {
    const last = header.baseOffset + BigInt(header.lastOffsetDelta)
    while (this.#ahead[0] !== undefined && this.#ahead[0].firstOffset <= last) {
      this.#producers.add(this.#ahead[0].producerId)
      this.#ahead.shift()
    }
    if (isControl) this.#producers.delete(header.producerId)
    return !isControl && !(isTransactional && this.#producers.has(header.producerId))
  }
}
