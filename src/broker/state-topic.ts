import type { Clock } from '../base/clock.ts'
import type { PartitionLog } from '../log/index.ts'
import { checkBatches, decodeBatch, encodeBatch } from '../protocols/kafka/record-batch.ts'

export interface Entry {
  readonly key: Buffer
  /** `null` removes the key. */
  readonly value: Buffer | null
}

/** The state that lives in a state topic: applied entry by entry, written anew from what is live. */
export interface TopicState {
  apply(key: Buffer, value: Buffer | null): void
  live(): Iterable<Entry>
}

/** Rewriting costs as much as the live entries do, so it waits until most of the log is garbage. */
const garbageFactor = 4
const smallestBytesToRewrite = 4 * 1024 * 1024
const entriesPerBatch = 1000
const readBytes = 1024 * 1024

/**
 * State of the broker as records of a partition: the last value of a key counts. What is put is on
 * disk when `put` resolves. The log stays small: when most of it is outdated, all live entries are
 * written once more at its end and everything before them is deleted.
 */
export class StateTopic {
  readonly #partition: PartitionLog
  readonly #state: TopicState
  readonly #clock: Clock
  #liveBytes = smallestBytesToRewrite / garbageFactor
  /** Appended but not yet on disk, hence not yet in the state: a rewrite must carry them too. */
  readonly #pending = new Set<readonly Entry[]>()
  #rewriting = false
  #lastPut: Promise<void> = Promise.resolve()

  private constructor(partition: PartitionLog, state: TopicState, clock: Clock) {
    this.#partition = partition
    this.#state = state
    this.#clock = clock
  }

  /** Reads the partition from its beginning into the state. */
  static open(partition: PartitionLog, state: TopicState, clock: Clock): StateTopic {
    for (let offset = partition.startOffset; offset < partition.durableOffset; ) {
      const slice = partition.read(offset, readBytes, true)
      const bytes = Buffer.allocUnsafe(slice.bytes)
      slice.copyInto(bytes, 0)
      for (let at = 0; at < bytes.length; ) {
        const { header, records } = decodeBatch(bytes, at)
        for (const record of records) {
          if (record.offset >= offset && record.key !== null) state.apply(record.key, record.value)
        }
        at += header.sizeBytes
        offset = header.baseOffset + BigInt(header.lastOffsetDelta) + 1n
      }
    }
    return new StateTopic(partition, state, clock)
  }

  /** Appends the entries as one batch; once they are on disk they are applied, then it resolves. */
  async put(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    const done = this.#put(entries)
    this.#lastPut = done.catch(() => {}) // Whoever put it hears of it.
    await done
  }

  async #put(entries: readonly Entry[]): Promise<void> {
    const durable = this.#append(entries)
    this.#pending.add(entries)
    try {
      await durable
    } finally {
      this.#pending.delete(entries)
    }
    for (const { key, value } of entries) this.#state.apply(key, value)
    if (this.#partition.sizeBytes > garbageFactor * this.#liveBytes) await this.#rewrite()
  }

  /** Resolves when everything that was put so far is in the state, or has failed. */
  async settled(): Promise<void> {
    await this.#lastPut
  }

  #append(entries: readonly Entry[]): Promise<void> {
    const timestamp = BigInt(this.#clock.now())
    const batch = encodeBatch({ records: entries.map((entry) => ({ timestamp, ...entry })) })
    return this.#partition.append(batch, checkBatches(batch)).durable
  }

  async #rewrite(): Promise<void> {
    if (this.#rewriting) return
    this.#rewriting = true
    try {
      const firstOffset = this.#partition.endOffset
      const sizeBefore = this.#partition.sizeBytes
      let durable = Promise.resolve()
      for (const entries of chunks(this.#state.live(), entriesPerBatch)) {
        durable = this.#append(entries)
      }
      for (const entries of this.#pending) durable = this.#append(entries)
      this.#liveBytes = Math.max(
        this.#partition.sizeBytes - sizeBefore,
        smallestBytesToRewrite / garbageFactor,
      )
      await durable
      await this.#partition.deleteRecordsBefore(firstOffset)
    } finally {
      this.#rewriting = false
    }
  }
}

function* chunks<Item>(items: Iterable<Item>, size: number): Iterable<Item[]> {
  let chunk: Item[] = []
  for (const item of items) {
    chunk.push(item)
    if (chunk.length === size) {
      yield chunk
      chunk = []
    }
  }
  if (chunk.length > 0) yield chunk
}
