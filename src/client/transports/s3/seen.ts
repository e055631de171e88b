import type { Listed } from './order.ts'

/** With so many remembered the oldest are forgotten, and come again rather than others never. */
const mostRemembered = 100_000

/**
 * Which objects were there before. Those written before `from` count as seen; of those written since,
 * the names are remembered, until the reading has come so far that `from` moves on.
 */
export class Seen {
  #from: number
  #remembersFrom: number
  readonly #remembered = new Map<string, number>()

  constructor(from: number) {
    this.#from = from
    this.#remembersFrom = from
  }

  isNew({ key, writtenAt }: Listed): boolean {
    return writtenAt >= this.#from && !this.#remembered.has(key)
  }

  /** From now on only what was written since `from` is remembered: it is where the next sweep begins. */
  beginSweep(from: number): void {
    this.#remembersFrom = Math.max(this.#from, from)
  }

  add({ key, writtenAt }: Listed): void {
    if (writtenAt < this.#remembersFrom) return
    this.#remembered.set(key, writtenAt)
    if (this.#remembered.size <= mostRemembered) return
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest)
      break
    }
  }

  endSweep(): void {
    this.#from = this.#remembersFrom
    for (const [key, writtenAt] of this.#remembered) {
      if (writtenAt < this.#from) this.#remembered.delete(key)
    }
  }
}
