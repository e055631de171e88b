/** Lets a limited number of things happen at once; the others wait for their turn. */
export class Turns {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(atOnce: number, mostWaiting: number = Number.POSITIVE_INFINITY) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  /** Whether too many wait already. */
  get isFull(): boolean {
    return this.#running >= this.#atOnce && this.#waiting.length >= this.#mostWaiting
  }

  /** Throws where that is so. */
  async take<Value>(action: () => Promise<Value>): Promise<Value> {
    if (this.isFull) throw new Error(`${this.#mostWaiting} wait for their turn already`)
    if (this.#running >= this.#atOnce) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return await action()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}
