import { Batch, type BatchStamp, type Entry, type Sendable, sequenceAfter } from './batch.ts'

const never = Number.POSITIVE_INFINITY

/**
 * What waits for one partition, in order. New records join the last batch until it is full; batches
 * that failed go again before everything behind them, one at a time, so that the order holds.
 *
 * A broker remembers the numbers of a producer by partition. So what was sent keeps its identity and
 * its numbers until it is settled, also while other partitions have begun a new epoch: it may have
 * been written, and under other numbers it would be written twice.
 */
export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  readonly #batchBytes: number
  readonly #fresh: Sendable[] = []
  readonly #again: Sendable[] = []
  readonly #inFlight = new Set<Sendable>()
  #identity: BatchStamp | undefined
  #nextSequence = 0
  /** The broker does not go on from our numbers, and nothing that waits was written. */
  #isRefused = false
  /** A numbered batch was given up, of which nobody knows whether it was written. */
  #hasGap = false
  /** Not tried again before this moment. */
  notBeforeMs = 0

  constructor(topic: string, partition: number, batchBytes: number) {
    this.topic = topic
    this.partition = partition
    this.#batchBytes = batchBytes
  }

  add(entry: Entry): void {
    const last = this.#fresh.at(-1)
    if (last instanceof Batch && last.bytes + entry.bytes <= this.#batchBytes) {
      last.add(entry)
      return
    }
    const batch = new Batch()
    batch.add(entry)
    this.#fresh.push(batch)
  }

  /** One that nothing joins. */
  addWhole(batch: Sendable): void {
    this.#fresh.push(batch)
  }

  get isEmpty(): boolean {
    return this.#fresh.length === 0 && this.#again.length === 0 && this.#inFlight.size === 0
  }

  /** Whether a batch waits that gains nothing by waiting longer. */
  get hasFull(): boolean {
    const [head] = this.#fresh
    if (this.#again.length > 0 || this.#fresh.length > 1) return true
    return head !== undefined && (!(head instanceof Batch) || head.bytes >= this.#batchBytes)
  }

  /** When the oldest record came that waits, or undefined. */
  get waitingSinceMs(): number | undefined {
    return (this.#again[0] ?? this.#fresh[0])?.addedMs
  }

  /** The identity under which its batches are numbered now. */
  get identity(): BatchStamp | undefined {
    return this.#identity
  }

  /** Whether a batch may go now, with at most `mostInFlight` of this partition under way. */
  maySend(nowMs: number, mostInFlight: number): boolean {
    if (nowMs < this.notBeforeMs) return false
    if (this.#again.length > 0 || this.#needsEpoch) return this.#mayGoAlone
    return this.#fresh.length > 0 && this.#inFlight.size < mostInFlight
  }

  /**
   * Numbers what comes next under this identity, as soon as nothing under the one before is open;
   * false where an identity is needed that was not used before. Only where `maySend` allows it.
   */
  adopt(identity: BatchStamp): boolean {
    const isNew = identity !== this.#identity
    if (!isNew) return !this.#needsEpoch
    const isOpen = this.#inFlight.size > 0 || (this.#again.length > 0 && !this.#isRefused)
    if (isOpen && this.#identity !== undefined) return true
    this.#identity = identity
    this.#isRefused = false
    this.#hasGap = false
    this.#nextSequence = 0
    for (const batch of this.#again) {
      batch.sequence = this.#nextSequence
      this.#nextSequence = sequenceAfter(this.#nextSequence, batch.count)
    }
    return true
  }

  /** The next batch, which is now in flight; end that with `done`, `retry` or `giveUp`. */
  take(): Sendable | undefined {
    const batch = this.#again.shift() ?? this.#fresh.shift()
    if (batch === undefined) return undefined
    if (batch.sequence < 0) {
      batch.sequence = this.#nextSequence
      this.#nextSequence = batch.nextSequence
    }
    this.#inFlight.add(batch)
    return batch
  }

  done(batch: Sendable): void {
    this.#inFlight.delete(batch)
  }

  /** Puts a batch that was in flight, or its halves, back to where it stood. */
  retry(batch: Sendable, parts: readonly Sendable[] = [batch]): void {
    this.#inFlight.delete(batch)
    // Answers come in order, but those of an older connection may end after a newer one's.
    const later = this.#again.findIndex((one) => isBefore(batch, one))
    this.#again.splice(later < 0 ? this.#again.length : later, 0, ...parts)
  }

  /** It was not written and never will be, so its numbers are missing. */
  giveUp(batch: Sendable): void {
    this.#inFlight.delete(batch)
    this.#isRefused = true
  }

  /** The broker does not take a batch under its number: what waits is numbered anew. */
  refuse(): void {
    this.#isRefused = true
  }

  /** Whether all that was sent before a batch is settled. */
  isFirst(batch: Sendable): boolean {
    const others = [...this.#again, ...this.#inFlight]
    return others.every((one) => one === batch || isBefore(batch, one))
  }

  /** Takes out what waits since `beforeMs` or longer. */
  expire(beforeMs: number): Sendable[] {
    const batches: Sendable[] = []
    while ((this.#again[0]?.addedMs ?? never) <= beforeMs) {
      batches.push(this.#again.shift() as Sendable)
      this.#hasGap = true
    }
    if (this.#again.length > 0) return batches
    while ((this.#fresh[0]?.addedMs ?? never) <= beforeMs) {
      batches.push(this.#fresh.shift() as Sendable)
    }
    return batches
  }

  /** Everything that waits, taken out. */
  drain(): Sendable[] {
    if (this.#again.length > 0) this.#hasGap = true
    return [...this.#again.splice(0), ...this.#fresh.splice(0)]
  }

  /**
   * Behind a gap what was sent before goes on under its numbers: where the batch that is missing was
   * written after all, the broker takes it.
   */
  get #needsEpoch(): boolean {
    return this.#isRefused || (this.#hasGap && this.#again.length === 0)
  }

  get #mayGoAlone(): boolean {
    return this.#inFlight.size === 0 && this.#again.length + this.#fresh.length > 0
  }
}

/** Sequences begin again behind the highest, so the nearer way round tells who is first. */
function isBefore(one: Sendable, other: Sendable): boolean {
  return ((other.sequence - one.sequence) | 0) > 0
}
