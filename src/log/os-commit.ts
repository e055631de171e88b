import type { Checkpoints } from './checkpoints.ts'
import { type Commit, durableAlready, type OnDurable, type Written } from './commit.ts'
import type { PartitionLog } from './partition-log.ts'

/**
 * Durability `os`: what the operating system has counts as durable. It survives the end of the
 * process, but not of the machine. Checkpoints go on beside it, so that recovery stays short: they
 * note how far segments are written, and sync those that are finished.
 */
export class OsCommit implements Commit {
  readonly #checkpoints: Checkpoints
  readonly #onDurable: OnDurable
  readonly #moved = new Set<PartitionLog>()

  constructor(checkpoints: Checkpoints, onDurable: OnDurable) {
    this.#checkpoints = checkpoints
    this.#onDurable = onDurable
  }

  add(partition: PartitionLog, { batches }: Written): Promise<void> {
    partition.becomeDurable(partition.end)
    if (this.#moved.size === 0) setImmediate(() => this.#tell())
    this.#moved.add(partition)
    this.#checkpoints.wrote(batches.length)
    return durableAlready
  }

  settled(): Promise<void> {
    return durableAlready
  }

  #tell(): void {
    const moved = [...this.#moved]
    this.#moved.clear()
    for (const partition of moved) this.#onDurable(partition)
  }
}
