/** Work that is under way, so much of it at a time. */
export class UnderWay {
  readonly #most: number
  readonly #works = new Set<Promise<void>>()
  #oneHasEnded = Promise.withResolvers<void>()

  constructor(most: number) {
    this.#most = most
  }

  /** Resolves when there is room for more; `work` never rejects. */
  async add(work: Promise<void>): Promise<void> {
    this.#works.add(work)
    void work.then(() => {
      this.#works.delete(work)
      this.#oneHasEnded.resolve()
    })
    if (this.#works.size < this.#most) return
    // Promise.race would leave something behind at all of them, each time again.
    this.#oneHasEnded = Promise.withResolvers()
    await this.#oneHasEnded.promise
  }

  async ended(): Promise<void> {
    await Promise.all(this.#works)
  }
}
