/** Runs tasks side by side, at most so many, those of one lane in order. */
export class Lanes {
  readonly #most: number
  readonly #lanes = new Map<string, Promise<void>>()
  #running = 0
  #waiting: (() => void) | undefined
  /** The first failure of a task; those that were waiting behind it in its lane do not run. */
  failure: { readonly error: unknown } | undefined

  constructor(most: number) {
    this.#most = most
  }

  /** Resolves when the next task may come: with one at a time, when this one is through. */
  async run(lane: string, task: () => Promise<void>): Promise<void> {
    this.#running += 1
    const before = this.#lanes.get(lane)
    const running: Promise<void> = this.#after(before, task).finally(() => {
      this.#running -= 1
      if (this.#lanes.get(lane) === running) this.#lanes.delete(lane)
      this.#waiting?.()
    })
    this.#lanes.set(lane, running)
    while (this.#running >= this.#most) await this.#oneIsThrough()
  }

  async settled(): Promise<void> {
    while (this.#running > 0) await this.#oneIsThrough()
  }

  async #after(before: Promise<void> | undefined, task: () => Promise<void>): Promise<void> {
    await before
    if (this.failure !== undefined) return
    try {
      await task()
    } catch (error) {
      this.failure ??= { error }
    }
  }

  async #oneIsThrough(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting = resolve
    })
  }
}
