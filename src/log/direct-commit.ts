import type { Checkpoints } from './checkpoints.ts'
import { type Commit, commitPromise, type OnDurable, type Written } from './commit.ts'
import { Mark } from './mark.ts'
import type { PartitionLog } from './partition-log.ts'
import type { Seal } from './seal.ts'

export interface DirectCommitOptions {
  readonly checkpoints: Checkpoints
  readonly seal: Seal
  readonly syncsAtOnce: number
  readonly onDurable: OnDurable
}

/**
 * Makes batches durable by a sync of their segment: right for large ones, which the journal would
 * write twice. One sync in flight a partition; what arrives meanwhile shares the next.
 */
export class DirectCommit implements Commit {
  readonly #options: DirectCommitOptions
  readonly #waiting = new Map<PartitionLog, PromiseWithResolvers<void>>()
  readonly #syncing = new Map<PartitionLog, Promise<void>>()
  #isScheduled = false

  constructor(options: DirectCommitOptions) {
    this.#options = options
  }

  isUnderWay(partition: PartitionLog): boolean {
    return this.#waiting.has(partition) || this.#syncing.has(partition)
  }

  add(partition: PartitionLog, { batches }: Written): Promise<void> {
    let deferred = this.#waiting.get(partition)
    if (deferred === undefined) {
      deferred = commitPromise()
      this.#waiting.set(partition, deferred)
    }
    if (!this.#isScheduled) {
      this.#isScheduled = true
      setImmediate(() => {
        this.#isScheduled = false
        this.#start()
      })
    }
    this.#options.checkpoints.wrote(batches.length)
    return deferred.promise
  }

  async settled(): Promise<void> {
    const waiting = [...this.#waiting.values()].map(({ promise }) => promise)
    await Promise.all([...this.#syncing.values(), ...waiting])
  }

  #start(): void {
    for (const partition of this.#waiting.keys()) {
      if (this.#syncing.size >= this.#options.syncsAtOnce) return
      if (!this.#syncing.has(partition)) void this.#sync(partition).then(() => this.#start())
    }
  }

  async #sync(partition: PartitionLog): Promise<void> {
    const deferred = this.#waiting.get(partition)
    if (deferred === undefined) return
    this.#waiting.delete(partition)
    this.#syncing.set(partition, deferred.promise)
    const end = new Mark(0n, partition.end.segment, 0)
    end.copy(partition.end)
    try {
      this.#options.seal.check()
      await partition.syncUpTo(end)
      partition.becomeDurable(end)
      deferred.resolve()
    } catch (error) {
      deferred.reject(this.#options.seal.close(error))
      return
    } finally {
      this.#syncing.delete(partition)
    }
    this.#options.onDurable(partition)
  }
}
