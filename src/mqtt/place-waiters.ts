/** Those who wait until a partition is read up to some place. */
export class PlaceWaiters {
  readonly #waiting = new Set<{
    readonly offset: bigint
    readonly resolve: () => void
    readonly reject: (error: Error) => void
  }>()

  /** Resolves once the record at this place is read. */
  until(offset: bigint): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.add({ offset, resolve, reject }))
  }

  /** All before `next` is read. */
  reached(next: bigint): void {
    for (const one of this.#waiting) {
      if (one.offset >= next) continue
      this.#waiting.delete(one)
      one.resolve()
    }
  }

  /** Nobody waits any longer. */
  release(): void {
    for (const { resolve } of this.#waiting) resolve()
    this.#waiting.clear()
  }

  /** What they wait for does not come. */
  refuse(error: Error): void {
    for (const { reject } of this.#waiting) reject(error)
    this.#waiting.clear()
  }
}
