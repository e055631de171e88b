/** A queue with a limit between one that brings and one that takes. */
import { type Clock, systemClock } from './clock.ts'

interface Taker<Item> {
  readonly taken: (item: Item | undefined) => void
  readonly failed: (error: unknown) => void
}

/**
 * Who brings waits while it is full; who takes waits while it is empty. After `fail`, what was
 * brought before is still taken, then every `take` throws that error; after `close`, nothing is
 * taken any more and every `take` gives undefined.
 */
export class Mailbox<Item> {
  readonly #limit: number
  readonly #clock: Clock
  #items: Item[] = []
  #first = 0
  #bringers: (() => void)[] = []
  #taker: Taker<Item> | undefined
  #failure: { readonly error: unknown } | undefined
  #isClosed = false

  constructor(limit: number, clock: Clock = systemClock) {
    this.#limit = limit
    this.#clock = clock
  }

  get size(): number {
    return this.#items.length - this.#first
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
    this.#items.push(item)
    if (this.size >= this.#limit) {
      await new Promise<void>((resolve) => this.#bringers.push(resolve))
    }
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
    if (this.size < this.#limit) this.#wakeBringers()
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

  /** Throws away what is in it, as after a seek. */
  clear(): void {
    this.#items = []
    this.#first = 0
    this.#wakeBringers()
  }

  close(): void {
    this.#isClosed = true
    this.clear()
    this.#taker?.taken(undefined)
  }

  #wakeBringers(): void {
    for (const wake of this.#bringers.splice(0)) wake()
  }
}
