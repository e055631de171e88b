/** What of one partition may be committed: everything before the first message that is not done. */
export class PartitionProgress {
  readonly #open: { readonly next: bigint; isDone: boolean }[] = []
  #committable: bigint | undefined

  /** A message that goes to the reader; the returned function is called when it is done. */
  handOut(offset: bigint, onProgress: () => void): () => void {
    const place = { next: offset + 1n, isDone: false }
    this.#open.push(place)
    return () => {
      if (place.isDone) return
      place.isDone = true
      if (this.#open[0] !== place) return
      let finished = 0
      while (this.#open[finished]?.isDone === true) finished += 1
      this.#committable = this.#open[finished - 1]?.next
      this.#open.splice(0, finished)
      onProgress()
    }
  }

  /** The offset to commit, once; undefined where nothing has changed. */
  take(): bigint | undefined {
    const committable = this.#committable
    this.#committable = undefined
    return committable
  }

  /** The commit failed: it is still to be done, unless a later one is by now. */
  keep(next: bigint): void {
    this.#committable ??= next
  }
}
