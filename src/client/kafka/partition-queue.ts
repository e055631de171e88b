import { Batch, type Entry, sequenceAfter } from './batch.ts'

const never = Number.POSITIVE_INFINITY

/**
 * What waits for one partition, in order. New records join the last batch until it is full; batches
 * that failed go again before everything behind them, one at a time, so that the order holds.
 */
export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  readonly #batchBytes: number
  readonly #fresh: Batch[] = []
  readonly #again: Batch[] = []
  #inFlight = 0
  #nextSequence = 0
  /** Not tried again before this moment. */
  notBeforeMs = 0

  constructor(topic: string, partition: number, batchBytes: number) {
    this.topic = topic
    this.partition = partition
    this.#batchBytes = batchBytes
  }

  add(entry: Entry): void {
    let last = this.#fresh.at(-1)
    if (last === undefined || last.bytes + entry.bytes > this.#batchBytes) {
      last = new Batch()
      this.#fresh.push(last)
    }
    last.add(entry)
  }

  get isEmpty(): boolean {
    return this.#fresh.length === 0 && this.#again.length === 0 && this.#inFlight === 0
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** Whether a batch waits that gains nothing by waiting longer. */
  get hasFull(): boolean {
    return this.#again.length > 0 || this.#fresh.length > 1 || this.#headBytes >= this.#batchBytes
  }

  /** When the oldest record came that waits, or undefined. */
  get waitingSinceMs(): number | undefined {
    return (this.#again[0] ?? this.#fresh[0])?.addedMs
  }

  /** Whether a batch may go now, with at most `mostInFlight` of this partition under way. */
  maySend(nowMs: number, mostInFlight: number): boolean {
    if (nowMs < this.notBeforeMs) return false
    if (this.#again.length > 0) return this.#inFlight === 0
    return this.#fresh.length > 0 && this.#inFlight < mostInFlight
  }

  /** The next batch, which is now in flight; end that with `done` or `retry`. */
  take(): Batch | undefined {
    const batch = this.#again.shift() ?? this.#fresh.shift()
    if (batch === undefined) return undefined
    if (batch.sequence < 0) {
      batch.sequence = this.#nextSequence
      this.#nextSequence = batch.nextSequence
    }
    this.#inFlight += 1
    return batch
  }

  done(): void {
    this.#inFlight -= 1
  }

  /** Puts a batch that was in flight, or its halves, back to where they stood. */
  retry(...batches: Batch[]): void {
    this.#inFlight -= 1
    // Answers come in order, but those of an older connection may end after a newer one's.
    const later = this.#again.findIndex((one) => isBefore(batches[0] as Batch, one))
    this.#again.splice(later < 0 ? this.#again.length : later, 0, ...batches)
  }

  /** Whether all that was sent before a batch with this sequence is settled. */
  isFirst(batch: Batch): boolean {
    return this.#again.every((one) => isBefore(batch, one))
  }

  /** Takes out what waits since `beforeMs` or longer; tells whether numbered batches are among it. */
  expire(beforeMs: number): { batches: Batch[]; leavesGap: boolean } {
    const batches: Batch[] = []
    let leavesGap = false
    while ((this.#again[0]?.addedMs ?? never) <= beforeMs) {
      batches.push(this.#again.shift() as Batch)
      leavesGap = true
    }
    if (this.#again.length > 0) return { batches, leavesGap }
    while ((this.#fresh[0]?.addedMs ?? never) <= beforeMs) {
      batches.push(this.#fresh.shift() as Batch)
    }
    return { batches, leavesGap }
  }

  /** Everything that waits, taken out. */
  drain(): Batch[] {
    return [...this.#again.splice(0), ...this.#fresh.splice(0)]
  }

  /** Numbers from zero again, as a new epoch demands; nothing may be in flight. */
  renumber(): void {
    this.#nextSequence = 0
    for (const batch of this.#again) {
      batch.sequence = this.#nextSequence
      this.#nextSequence = sequenceAfter(this.#nextSequence, batch.entries.length)
    }
  }

  get #headBytes(): number {
    return this.#fresh[0]?.bytes ?? 0
  }
}

/** Sequences begin again behind the highest, so the nearer way round tells who is first. */
function isBefore(one: Batch, other: Batch): boolean {
  return ((other.sequence - one.sequence) | 0) > 0
}
