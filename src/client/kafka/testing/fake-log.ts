import { errorCode } from '../../../protocols/kafka/error-codes.ts'
import { checkBatches, decodeBatch } from '../../../protocols/kafka/record-batch.ts'

/** Partitions that keep records and check sequences as Kafka does; all brokers of a cluster share them. */
export class FakeLog {
  /** The values that were written, by partition. */
  readonly written: string[][]
  /** By partition and producer: what was written last. */
  readonly #producers = new Map<string, { epoch: number; next: number; batches: Written[] }>()

  constructor(partitions: number) {
    this.written = Array.from({ length: partitions }, () => [])
  }

  write(partition: number, batch: Buffer): { errorCode: number; baseOffset: bigint } {
    const log = this.written[partition]
    const [header] = checkBatches(batch)
    if (log === undefined || header === undefined) {
      return { errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, baseOffset: -1n }
    }
    const { producerId, producerEpoch: epoch, baseSequence, recordCount } = header
    const key = `${partition}/${producerId}`
    let state = this.#producers.get(key)
    if (state === undefined || epoch > state.epoch) state = { epoch, next: 0, batches: [] }
    if (epoch < state.epoch) {
      return { errorCode: errorCode.INVALID_PRODUCER_EPOCH, baseOffset: -1n }
    }
    const before = state.batches.find((one) => one.sequence === baseSequence)
    if (producerId >= 0n && before !== undefined) {
      return { errorCode: errorCode.NONE, baseOffset: before.offset }
    }
    if (producerId >= 0n && baseSequence !== state.next) {
      return { errorCode: errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, baseOffset: -1n }
    }
    const offset = BigInt(log.length)
    state.next += recordCount
    state.batches = [...state.batches, { sequence: baseSequence, offset }].slice(-5)
    this.#producers.set(key, state)
    for (const { value } of decodeBatch(batch).records) log.push(String(value))
    return { errorCode: errorCode.NONE, baseOffset: offset }
  }
}

interface Written {
  readonly sequence: number
  readonly offset: bigint
}
