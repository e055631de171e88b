import { type ByteReader, ByteWriter } from '../base/bytes.ts'
import type { BatchHeader } from '../protocols/kafka/record-batch.ts'
import { logError } from './errors.ts'

/** How many batches of a producer are remembered, so that sending one again finds its offset (as Kafka). */
const rememberedBatches = 5
const sequences = 2 ** 31

interface WrittenBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly baseOffset: bigint
  readonly lastOffset: bigint
}

interface Producer {
  readonly epoch: number
  readonly lastTimestampMs: number
  /** Oldest first; never empty. */
  readonly batches: readonly WrittenBatch[]
}

/** A producer as it was before a batch; absent, it was not known. */
interface Before {
  readonly header: BatchHeader
  readonly producer: Producer | undefined
}

export interface ProducerInfo {
  readonly producerId: bigint
  readonly epoch: number
  readonly lastSequence: number
  /** Of its last record. */
  readonly lastOffset: bigint
  readonly lastTimestampMs: number
}

export interface ProducerLimits {
  readonly producerExpirationMs: number
  readonly producersPerPartition: number
}

/** What a partition knows of its idempotent producers. Those that wrote last stand last. */
export class ProducerState {
  readonly #producers = new Map<bigint, Producer>()
  readonly #limits: ProducerLimits
  /** What each batch changed that may have to be taken back. */
  #before: Before[] = []
  /** Of producers that are not known because their first batch could not be written, its sequence. */
  readonly #awaited = new Map<bigint, number>()

  constructor(limits: ProducerLimits) {
    this.#limits = limits
  }

  /** Says whether a batch comes next; returns the one that it repeats, if it does; throws if neither. */
  check(header: BatchHeader, nowMs: number): WrittenBatch | undefined {
    const { producerId, producerEpoch: epoch, baseSequence: got } = header
    const producer = this.#alive(producerId, nowMs)
    if (producer === undefined) {
      const awaited = this.#awaited.get(producerId) ?? got
      if (got === awaited) return undefined
      throw logError('out-of-order-sequence', { producerId, expected: awaited, got })
    }
    if (epoch < producer.epoch) {
      throw logError('invalid-producer-epoch', { producerId, current: producer.epoch, got: epoch })
    }
    if (epoch > producer.epoch) {
      if (got !== 0) throw logError('out-of-order-sequence', { producerId, expected: 0, got })
      return undefined
    }
    const repeated = producer.batches.find(
      ({ firstSequence, lastSequence }) =>
        firstSequence === got && lastSequence === lastSequenceOf(header),
    )
    if (repeated !== undefined) return repeated
    const expected = sequenceAfter(newestOf(producer).lastSequence, 1)
    if (got === expected) return undefined
    const oldest = (producer.batches[0] as WrittenBatch).firstSequence
    const code = isBefore(got, oldest) ? 'duplicate-sequence' : 'out-of-order-sequence'
    throw logError(code, { producerId, expected, got })
  }

  /** Remembers a batch that is written. */
  remember(header: BatchHeader, baseOffset: bigint, nowMs: number): void {
    if (!isSequenced(header)) return
    const { producerId, producerEpoch: epoch, baseSequence } = header
    const batch: WrittenBatch = {
      firstSequence: baseSequence,
      lastSequence: lastSequenceOf(header),
      baseOffset,
      lastOffset: baseOffset + BigInt(header.lastOffsetDelta),
    }
    const known = this.#producers.get(producerId)
    const earlier = known?.epoch === epoch ? known.batches : []
    const batches = [...(earlier.length < rememberedBatches ? earlier : earlier.slice(1)), batch]
    this.#awaited.delete(producerId)
    this.#producers.delete(producerId)
    this.#producers.set(producerId, { epoch, lastTimestampMs: nowMs, batches })
    if (this.#producers.size > this.#limits.producersPerPartition) this.#forgetIdlest()
  }

  /** The same of a batch that is about to be written: `keep` or `takeBack` follows. */
  rememberForNow(header: BatchHeader, baseOffset: bigint, nowMs: number): void {
    this.#before.push({ header, producer: this.#producers.get(header.producerId) })
    this.remember(header, baseOffset, nowMs)
  }

  /** What was remembered for now is written … */
  keep(): void {
    if (this.#before.length > 0) this.#before = []
  }

  /** … or it is not, and never came. */
  takeBack(): void {
    for (const { header, producer } of this.#before.toReversed()) {
      const { producerId, baseSequence } = header
      if (producer !== undefined) {
        this.#producers.set(producerId, producer)
        continue
      }
      this.#producers.delete(producerId)
      // Taken before it, a later batch would make a duplicate of this one when it comes again.
      if (this.#awaited.size < this.#limits.producersPerPartition) {
        this.#awaited.set(producerId, baseSequence)
      }
    }
    this.#before = []
  }

  /** Forgets the producers that wrote nothing for too long. */
  expire(nowMs: number): void {
    for (const producerId of [...this.#producers.keys()]) this.#alive(producerId, nowMs)
  }

  *[Symbol.iterator](): Generator<ProducerInfo> {
    for (const [producerId, producer] of this.#producers) {
      const { epoch, lastTimestampMs } = producer
      const { lastSequence, lastOffset } = newestOf(producer)
      yield { producerId, epoch, lastSequence, lastOffset, lastTimestampMs }
    }
  }

  /** As bytes, which `read` takes. */
  encoded(): Buffer {
    const writer = new ByteWriter(64)
    writer.int32(this.#producers.size)
    for (const [producerId, { epoch, lastTimestampMs, batches }] of this.#producers) {
      writer.int64(producerId)
      writer.int16(epoch)
      writer.int64(BigInt(lastTimestampMs))
      writer.uint8(batches.length)
      for (const { firstSequence, lastSequence, baseOffset, lastOffset } of batches) {
        writer.int32(firstSequence)
        writer.int32(lastSequence)
        writer.int64(baseOffset)
        writer.int64(lastOffset)
      }
    }
    return writer.done()
  }

  read(reader: ByteReader): void {
    for (let left = reader.int32(); left > 0; left--) {
      const producerId = reader.int64()
      const epoch = reader.int16()
      const lastTimestampMs = Number(reader.int64())
      const batches = Array.from({ length: reader.uint8() }, () => ({
        firstSequence: reader.int32(),
        lastSequence: reader.int32(),
        baseOffset: reader.int64(),
        lastOffset: reader.int64(),
      }))
      this.#producers.set(producerId, { epoch, lastTimestampMs, batches })
    }
  }

  #alive(producerId: bigint, nowMs: number): Producer | undefined {
    const producer = this.#producers.get(producerId)
    if (producer === undefined) return undefined
    if (nowMs - producer.lastTimestampMs <= this.#limits.producerExpirationMs) return producer
    this.#producers.delete(producerId)
    return undefined
  }

  #forgetIdlest(): void {
    for (const producerId of this.#producers.keys()) {
      this.#producers.delete(producerId)
      return
    }
  }
}

/** Whether a batch takes part in the numbering: plain and control batches do not. */
export function isSequenced(header: BatchHeader): boolean {
  return header.producerId >= 0n && header.baseSequence >= 0
}

function newestOf(producer: Producer): WrittenBatch {
  return producer.batches[producer.batches.length - 1] as WrittenBatch
}

function lastSequenceOf(header: BatchHeader): number {
  return sequenceAfter(header.baseSequence, header.lastOffsetDelta)
}

/** Sequences are of 31 bits, and 0 comes after the largest. */
function sequenceAfter(sequence: number, steps: number): number {
  return (sequence + steps) % sequences
}

function isBefore(sequence: number, other: number): boolean {
  const distance = (other - sequence + sequences) % sequences
  return distance > 0 && distance < sequences / 2
}
