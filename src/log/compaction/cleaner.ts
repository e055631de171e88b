import type { Clock, Timer } from '../../base/clock.ts'
import { systemCode } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { PartitionLog } from '../partition-log.ts'
import type { LogParts } from '../partition-parts.ts'
import { type CleaningJob, cleanPartition } from './clean-partition.ts'
import { type Dirt, dirtOf } from './dirt.ts'
import { Abandoned, Pace } from './pace.ts'

export interface CleanerOptions {
  readonly partitions: () => Iterable<PartitionLog>
  readonly parts: LogParts
  readonly logger: Logger
}

/** Compacts the partitions that ask for it, one after the other, the dirtiest first. */
export class Cleaner {
  readonly #options: CleanerOptions
  readonly #clock: Clock
  /** Where a record could not be read: again only after a restart, as in Kafka. */
  readonly #damaged = new WeakSet<PartitionLog>()
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #isClosed = false
  cleanings = 0
  savedBytes = 0

  constructor(options: CleanerOptions) {
    this.#options = options
    this.#clock = options.parts.clock
    if (options.parts.settings.cleanerEnabled) this.#later()
  }

  /** Gives up what is under way: what is not yet in its place is as if it had not begun. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    await this.#running
  }

  #later(): void {
    this.#timer = this.#clock.after(this.#options.parts.settings.cleanerBackoffMs, () => {
      this.#running = this.#run()
    })
  }

  async #run(): Promise<void> {
    const done = new Set<PartitionLog>()
    for (let next = this.#dirtiest(done); next !== undefined; next = this.#dirtiest(done)) {
      if (!(await this.#clean(next.partition, next.dirt))) done.add(next.partition)
    }
    if (!this.#isClosed) this.#later()
  }

  #dirtiest(done: ReadonlySet<PartitionLog>) {
    const { partitions, parts } = this.#options
    if (this.#isClosed || parts.seal.by !== undefined) return undefined
    let dirtiest: { partition: PartitionLog; dirt: Dirt } | undefined
    for (const partition of partitions()) {
      if (!partition.policy.compacted || done.has(partition) || this.#damaged.has(partition)) {
        continue
      }
      const dirt = partitionDirt(partition, this.#clock.now())
      if (dirt.isDue && dirt.ratio > (dirtiest?.dirt.ratio ?? -1)) dirtiest = { partition, dirt }
    }
    return dirtiest
  }

  /** Whether it was cleaned; if not, the next round may try again. */
  async #clean(partition: PartitionLog, dirt: Dirt): Promise<boolean> {
    const { parts, logger } = this.#options
    const { topic, partition: number } = partition.identity
    const pace = new Pace(() => {
      if (this.#isClosed || partition.isDeleted || parts.seal.by !== undefined)
        throw new Abandoned()
    })
    const job: CleaningJob = { partition, dirt, parts, pace }
    try {
      const savedBytes = await cleanPartition(job)
      this.cleanings++
      this.savedBytes += savedBytes
      logger.info('A partition is compacted.', { topic, partition: number, savedBytes })
      return true
    } catch (error) {
      this.#failed(partition, error)
      return false
    }
  }

  #failed(partition: PartitionLog, error: unknown): void {
    const { parts, logger } = this.#options
    if (error instanceof Abandoned || partition.isDeleted || parts.seal.by !== undefined) return
    const { topic, partition: number } = partition.identity
    const facts = { topic, partition: number, cause: String(error) }
    const code = systemCode(error)
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      logger.warn('The disk is full: compaction waits for space.', facts)
    } else if (code?.startsWith('E')) {
      parts.seal.close(error)
    } else {
      this.#damaged.add(partition)
      logger.error(
        'A partition cannot be compacted; it stays as it is until the next start.',
        facts,
      )
    }
  }
}

function partitionDirt(partition: PartitionLog, nowMs: number): Dirt {
  const segments = partition.closedSegments
  const ages = segments.map(({ baseOffset, sizeBytes, firstTimestamp, newest }) => ({
    baseOffset,
    sizeBytes,
    firstMs: firstTimestamp === undefined ? undefined : Number(firstTimestamp),
    newestMs: newest === undefined ? undefined : Number(newest.timestamp),
  }))
  const { firstDirty, startOffset, policy } = partition
  const from = firstDirty > startOffset ? firstDirty : startOffset
  const end = partition.endOf(segments[segments.length - 1])
  return dirtOf(ages, from, end, policy, nowMs)
}
