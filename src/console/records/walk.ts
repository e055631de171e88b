/**
 * The records of many partitions in one order of time, a window of offsets of each at a time. What
 * is newest is wanted first most often, and a log is read forwards only: so windows are read
 * forwards, and taken from the end of a partition to its start.
 */
import type { Clock } from '../../base/clock.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import type { Judge, SeenRecord } from './judge.ts'
import { type Found, Kept, type KeptLimits } from './kept.ts'
import type { Order } from './question.ts'
import type { RangeReader } from './range-reader.ts'
import type { Span } from './spans.ts'

export interface WalkOptions {
  readonly reader: Pick<RangeReader, 'read'>
  readonly order: Order
  readonly limit: number
  readonly judge: Pick<Judge, 'tell'>
  readonly clock: Clock
  /** No window is begun that late. */
  readonly deadlineMs: number
}

export interface WalkEnd {
  readonly scanned: number
  /** Nothing is left in any partition. */
  readonly reachedEnd: boolean
  /** Where each partition that is not at its end is to be read on, as a question may say it. */
  readonly next: { readonly [partition: string]: string }
}

/** Records that are looked at for one answer. */
const mostScanned = 100_000
/** Offsets of a window where there are records. */
const mostWindow = 20_000
const leastWindow = 16
/** Of all that is kept until it is told. */
const mostCharacters = 16 * 1024 * 1024
/** Where few records of a window are wanted. */
const growth = 4n
/** Where there are none at all: what was there is compacted away. */
const growthOfEmpty = 64n

/** What lies ahead in one partition. */
interface Lane {
  readonly partition: number
  start: bigint
  end: bigint
  window: bigint
  /** Wanted, the next one first. */
  ready: Found[]
}

export class Walk {
  readonly #options: WalkOptions
  readonly #lanes: Lane[]
  /** Of a partition at once; the others of a window are read again when it is their turn. */
  readonly #limits: KeptLimits
  #scanned = 0

  constructor(spans: readonly Span[], options: WalkOptions) {
    this.#options = options
    const partitions = spans.length || 1
    const records = Math.max(leastWindow, Math.ceil((2 * options.limit) / partitions))
    this.#limits = { records, characters: mostCharacters / partitions }
    const window = BigInt(records)
    this.#lanes = spans.map((span) => ({ ...span, window, ready: [] }))
  }

  /** In order, as long as there are records, room and time. */
  async *records(): AsyncGenerator<SeenRecord> {
    const { clock, deadlineMs, limit } = this.#options
    for (let told = 0; told < limit; ) {
      const empty = this.#lanes.filter((lane) => lane.ready.length === 0 && lane.start < lane.end)
      if (empty.length > 0) {
        if (this.#scanned >= mostScanned || clock.now() >= deadlineMs) return
        await Promise.all(empty.map((lane) => this.#fill(lane)))
        continue
      }
      const lane = this.#nextLane()
      const found = lane?.ready.shift()
      if (found === undefined) return
      told += 1
      yield found.told
    }
  }

  get end(): WalkEnd {
    const open = this.#lanes.filter((lane) => lane.ready.length > 0 || lane.start < lane.end)
    return {
      scanned: this.#scanned,
      reachedEnd: open.length === 0,
      next: Object.fromEntries(open.map((lane) => [`${lane.partition}`, `${this.#nextOf(lane)}`])),
    }
  }

  /** What is ready but not told is found again from there. */
  #nextOf({ start, end, ready: [first] }: Lane): bigint {
    if (this.#options.order === 'newest') return first === undefined ? end : first.offset + 1n
    return first?.offset ?? start
  }

  /** Whose next record is the next of all. */
  #nextLane(): Lane | undefined {
    const isNewest = this.#options.order === 'newest'
    let best: Lane | undefined
    for (const lane of this.#lanes) {
      const [one, other] = [lane.ready[0], best?.ready[0]]
      if (one === undefined) continue
      const isBefore = other === undefined || isEarlier(one, other, isNewest)
      if (isBefore) best = lane
    }
    return best
  }

  /** Reads the next window of a partition, which may have nothing that is wanted. */
  async #fill(lane: Lane): Promise<void> {
    const { order } = this.#options
    const bounds = windowOf(lane, order)
    const before = this.#scanned
    const kept = new Kept(this.#limits)
    if (order === 'newest') await this.#back(lane, bounds, kept)
    else await this.#on(lane, bounds, kept)
    // Windows of other partitions are read at the same time: it is no more than a hint.
    if (this.#scanned === before) lane.window *= growthOfEmpty
    else if (!kept.isFull && !kept.isCut) {
      const grown = lane.window * growth
      lane.window = grown < mostWindow ? grown : BigInt(mostWindow)
    }
  }

  /** Forwards, up to what can be kept. */
  async #on(lane: Lane, bounds: Span, kept: Kept): Promise<void> {
    let next = bounds.end
    let scanned = 0
    await this.#read(bounds, (one, record) => {
      if (one !== undefined) kept.add(one)
      scanned += 1
      const isEnough = kept.isFull || this.#isTooMuch(scanned)
      if (isEnough) next = record.offset + 1n
      return !isEnough
    })
    lane.start = next
    lane.ready = [...kept.found]
  }

  /** The last ones of a window, which is given up where it has too many records. */
  async #back(lane: Lane, bounds: Span, kept: Kept): Promise<void> {
    let isGivenUp = false
    let scanned = 0
    await this.#read(bounds, (one) => {
      if (one !== undefined) kept.addLast(one)
      scanned += 1
      isGivenUp = this.#isTooMuch(scanned)
      return !isGivenUp
    })
    if (isGivenUp) {
      lane.window = BigInt(leastWindow)
      return
    }
    const [first] = kept.found
    lane.end = kept.isCut && first !== undefined ? first.offset : bounds.start
    lane.ready = kept.found.toReversed()
  }

  #isTooMuch(scannedOfWindow: number): boolean {
    return scannedOfWindow > mostWindow || this.#scanned > mostScanned
  }

  async #read(
    bounds: Span,
    take: (found: Found | undefined, record: Record) => boolean,
  ): Promise<void> {
    const { reader, judge } = this.#options
    await reader.read(bounds, async (records) => {
      const told = await judge.tell(bounds.partition, records)
      return records.every((record, index) => {
        this.#scanned += 1
        const { offset, timestamp } = record
        const one = told[index]
        return take(one && { offset, timestamp, told: one }, record)
      })
    })
  }
}

function windowOf({ partition, start, end, window }: Lane, order: Order): Span {
  const isWhole = end - start <= window
  if (isWhole) return { partition, start, end }
  return order === 'newest'
    ? { partition, start: end - window, end }
    : { partition, start, end: start + window }
}

function isEarlier(one: Found, other: Found, isNewest: boolean): boolean {
  return isNewest ? one.timestamp > other.timestamp : one.timestamp < other.timestamp
}
