import type { Timer } from '../../../base/clock.ts'
import type { Surroundings } from '../transport.ts'
import { PartitionProgress } from './partition-progress.ts'

/** Commits share a request that comes at most so often. */
const intervalMs = 100

type Commit = (topic: string, partition: number, next: bigint) => Promise<void>

/** Commits what is done, of each partition only what has nothing undone before it. */
export class Committer {
  readonly #surroundings: Surroundings
  readonly #commit: Commit
  #progress = new Map<string, PartitionProgress>()
  #timer: Timer | undefined
  #running: Promise<void> | undefined

  constructor(surroundings: Surroundings, commit: Commit) {
    this.#surroundings = surroundings
    this.#commit = commit
  }

  /** The function to call when the message at this offset is done. */
  handOut(topic: string, partition: number, offset: bigint): () => void {
    const place = `${topic}/${partition}`
    const progress = this.#progress.get(place) ?? new PartitionProgress()
    this.#progress.set(place, progress)
    return progress.handOut(offset, () => {
      // What was handed out in an earlier generation is somebody else's to commit.
      if (this.#progress.get(place) === progress) this.#schedule()
    })
  }

  /** Resolves when what is done by now is committed, or has failed and been logged. */
  async flush(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    await this.#running
    await this.#run()
  }

  /** The partitions are no longer ours. */
  forget(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#progress = new Map()
  }

  #schedule(): void {
    this.#timer ??= this.#surroundings.clock.after(intervalMs, () => {
      this.#timer = undefined
      this.#running = this.#run()
    })
  }

  async #run(): Promise<void> {
    for (const [place, progress] of this.#progress) {
      const next = progress.take()
      if (next === undefined) continue
      const at = place.lastIndexOf('/')
      try {
        await this.#commit(place.slice(0, at), Number(place.slice(at + 1)), next)
      } catch (error) {
        progress.keep(next)
        this.#surroundings.logger.warn('A commit failed; it is tried again with the next', {
          place,
          why: error instanceof Error ? error.message : String(error),
        })
        if (this.#progress.get(place) === progress) this.#schedule()
      }
    }
  }
}
