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

  /** Throws where too many wait already. */
  async take<Value>(action: () => Promise<Value>): Promise<Value> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#mostWaiting) {
        throw new Error(`${this.#mostWaiting} wait for their turn already`)
      }
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
