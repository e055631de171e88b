import type { Compression } from '../../protocols/kafka/compression/index.ts'
import { decodeBatch, encodeBatch, stampProducer } from '../../protocols/kafka/record-batch.ts'
import { type BatchStamp, Sendable } from './batch.ts'

/** A batch that somebody else has encoded. Its bytes are the producer's from now on. */
export interface EncodedBatch {
  readonly topic: string
  readonly partition: number
  /** Whole, of at least one record, with consecutive offsets; its producer is written into it. */
  readonly batch: Buffer
  readonly records: number
}

/** So many records of a batch, at consecutive offsets; -1 where nobody told (see `Sent`). */
export interface PlacedRecords {
  readonly records: number
  readonly offset: bigint
}

interface Waiting {
  readonly addedMs: number
  readonly resolve: (placed: readonly PlacedRecords[]) => void
  readonly reject: (error: Error) => void
}

/** Goes out as it is, but for its producer and what its sequence makes of the checksum. */
export class ReadyBatch extends Sendable {
  readonly count: number
  readonly bytes: number
  readonly #batch: Buffer
  readonly #waiting: Waiting

  constructor(batch: Buffer, records: number, bytes: number, waiting: Waiting) {
    super()
    this.#batch = batch
    this.count = records
    this.bytes = bytes
    this.#waiting = waiting
  }

  get addedMs(): number {
    return this.#waiting.addedMs
  }

  /** It keeps the compression that it has. */
  encode(_compression: Compression, stamp: BatchStamp | undefined): Buffer {
    const { producerId, epoch } = stamp ?? { producerId: -1n, epoch: -1 }
    const baseSequence = stamp === undefined ? -1 : this.sequence
    stampProducer(this.#batch, { producerId, producerEpoch: epoch, baseSequence })
    return this.#batch
  }

  halves(): [ReadyBatch, ReadyBatch] {
    const { records, compression } = decodeBatch(this.#batch)
    const middle = records.length >> 1
    const placed: (readonly PlacedRecords[] | undefined)[] = [undefined, undefined]
    const half = (at: 0 | 1, some: typeof records, bytes: number) =>
      new ReadyBatch(encodeBatch({ records: some, compression }), some.length, bytes, {
        ...this.#waiting,
        resolve: (where) => {
          placed[at] = where
          const [one, other] = placed
          if (one !== undefined && other !== undefined) this.#waiting.resolve([...one, ...other])
        },
      })
    const bytes = this.bytes >> 1
    const first = half(0, records.slice(0, middle), bytes)
    const second = half(1, records.slice(middle), this.bytes - bytes)
    first.sequence = this.sequence
    second.sequence = this.sequence < 0 ? -1 : first.nextSequence
    return [first, second]
  }

  acknowledge(_topic: string, _partition: number, offset: bigint): void {
    this.#waiting.resolve([{ records: this.count, offset }])
  }

  fail(error: Error): void {
    this.#waiting.reject(error)
  }
}
