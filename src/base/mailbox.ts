/** A queue with a limit between one that brings and one that takes. */
import { type Clock, systemClock } from './clock.ts'

interface Taker<Item> {
  taken(item: Item | undefined): void
  failed(error: unknown): void
}

/** How much of a mailbox's limit an item takes up. */
export interface Scale<Item> {
  weigh(item: Item): number
}

/**
 * Who brings waits while it is full, by the number of items or by their weight on a scale; who
 * takes waits while it is empty. After `fail`, what was
 * brought before is still taken, then every `take` throws that error; after `close`, nothing is
 * taken any more and every `take` gives undefined.
 */
export class Mailbox<Item> {
  readonly #limit: number
  readonly #clock: Clock
  readonly #scale: Scale<Item> | undefined
  #items: Item[] = []
  #first = 0
  #weight = 0
  #bringers: (() => void)[] = []
  #taker: Taker<Item> | undefined
  #failure: { readonly error: unknown } | undefined
  #isClosed = false

  constructor(limit: number, clock: Clock = systemClock, scale?: Scale<Item>) {
    this.#limit = limit
    this.#clock = clock
    this.#scale = scale
  }

  get size(): number {
    return this.#items.length - this.#first
  }

  /** Who brings something now waits. */
  get isFull(): boolean {
    return this.#weight >= this.#limit
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Resolves when there is room again: at once while it is not full. What is put is kept in any case. */
  async put(item: Item): Promise<void> {
    if (this.#isClosed) return
    if (this.#taker !== undefined) {
      this.#taker.taken(item)
      return
    }
    this.#keep(item)
    if (this.isFull) await this.#room()
  }

  /** As `put`, of all of them at once: waits once, behind the last. */
  async putAll(items: readonly Item[]): Promise<void> {
    if (this.#isClosed) return
    for (const item of items) {
      if (this.#taker === undefined) this.#keep(item)
      else this.#taker.taken(item)
    }
    if (this.isFull) await this.#room()
  }

  /** The next item, if one is there. */
  poll(): Item | undefined {
    if (this.size === 0) return undefined
    const item = this.#items[this.#first] as Item
    this.#items[this.#first++] = undefined as Item
    if (this.#first === this.#items.length || this.#first >= 1024) {
      this.#items = this.#items.slice(this.#first)
      this.#first = 0
    }
    this.#weight -= this.#scale?.weigh(item) ?? 1
    if (!this.isFull) this.#wakeBringers()
    return item
  }

  /** The next item; undefined after `waitMs` without one, or when it is closed. One taker at a time. */
  async take(waitMs = Number.POSITIVE_INFINITY): Promise<Item | undefined> {
    if (this.size > 0) return this.poll()
    if (this.#isClosed) return undefined
    if (this.#failure !== undefined) throw this.#failure.error
    if (waitMs <= 0) return undefined
    const { promise, resolve, reject } = Promise.withResolvers<Item | undefined>()
    const timer = Number.isFinite(waitMs)
      ? this.#clock.after(waitMs, () => this.#taker?.taken(undefined))
      : undefined
    const settle = <Value>(settled: (value: Value) => void) => {
      return (value: Value) => {
        timer?.cancel()
        this.#taker = undefined
        settled(value)
      }
    }
    this.#taker = { taken: settle(resolve), failed: settle(reject) }
    return await promise
  }

  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#taker?.failed(error)
    this.#wakeBringers()
  }

  /** Throws away what is in it. */
  clear(): void {
    this.discard(() => true)
  }

  /** Throws away what is unwanted, as after a seek, and gives it back, in order. Whoever brings goes on. */
  discard(isUnwanted: (item: Item) => boolean): Item[] {
    const items = this.#items.slice(this.#first)
    this.#items = []
    this.#first = 0
    this.#weight = 0
    const discarded: Item[] = []
    for (const item of items) {
      if (isUnwanted(item)) discarded.push(item)
      else this.#keep(item)
    }
    this.#wakeBringers()
    return discarded
  }

  close(): void {
    this.#isClosed = true
    this.clear()
    this.#taker?.taken(undefined)
  }

  #keep(item: Item): void {
    this.#items.push(item)
    this.#weight += this.#scale?.weigh(item) ?? 1
  }

  #room(): Promise<void> {
    return new Promise((resolve) => this.#bringers.push(resolve))
  }

  #wakeBringers(): void {
    for (const wake of this.#bringers.splice(0)) wake()
  }
}
