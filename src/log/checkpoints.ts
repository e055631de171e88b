import { type Clock, pause, type Timer } from '../base/clock.ts'
import { systemCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { FileCache } from './cached-file.ts'
import type { Journal } from './journal.ts'
import type { PartitionLog } from './partition-log.ts'
import { type EncodedPoint, encodeRecoveryPoints, storeRecoveryPoints } from './recovery-points.ts'
import type { Seal } from './seal.ts'
import type { Segment } from './segment.ts'
import type { LogSettings } from './settings.ts'

export interface CheckpointsOptions {
  readonly directory: string
  readonly cache: FileCache
  readonly clock: Clock
  readonly logger: Logger
  readonly seal: Seal
  readonly settings: LogSettings
  /** Absent where nothing goes through a journal. */
  readonly journal: Journal | undefined
  /** The first epoch that a replay needs where there is no journal now. */
  readonly epoch: number
  readonly points: ReadonlyMap<string, EncodedPoint>
}

/** What a partition hands over at the start of a checkpoint. */
export interface Captured {
  readonly folder: string
  readonly segments: readonly Segment[]
  readonly point: EncodedPoint
}

interface Turn {
  readonly begun: PromiseWithResolvers<void>
  readonly done: PromiseWithResolvers<void>
}

/** How long a checkpoint waits for space on a full disk before it tries again. */
const fullDiskPauseMs = 1000

/**
 * Syncs the segments that were written to, then notes how far they are on the disk; only then is
 * the journal behind that point free. One at a time, beside the appends.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions
  readonly #points: Map<string, EncodedPoint>
  #touched = new Set<PartitionLog>()
  #bytes = 0
  #next: Turn | undefined
  #running: Promise<void> | undefined
  #timer: Timer | undefined
  #closing = false
  count = 0

  constructor(options: CheckpointsOptions) {
    this.#options = options
    this.#points = new Map(options.points)
  }

  /** A partition has changed since the checkpoint before. */
  touch(partition: PartitionLog): void {
    this.#touched.add(partition)
    const { clock, settings } = this.#options
    this.#timer ??= clock.after(settings.checkpointMs, () => this.request())
  }

  /** So many bytes were written beside the journal. */
  wrote(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes >= this.#options.settings.checkpointBytes) {
      this.#bytes = 0
      this.request()
    }
  }

  forget(partition: PartitionLog): void {
    this.#touched.delete(partition)
    this.#points.delete(partition.key)
  }

  /** Asks for a checkpoint that covers all that was written before this call. */
  request(): { begun: Promise<void>; done: Promise<void> } {
    if (this.#next === undefined) {
      this.#next = { begun: Promise.withResolvers(), done: Promise.withResolvers() }
      // Whoever waits is told; that nobody does is no error.
      this.#next.begun.promise.catch(() => {})
      this.#next.done.promise.catch(() => {})
    }
    const { begun, done } = this.#next
    this.#running ??= this.#run()
    return { begun: begun.promise, done: done.promise }
  }

  /** Ends what is under way; a checkpoint that waits for space is given up, the journal stays. */
  async close(): Promise<void> {
    this.#closing = true
    while (this.#running !== undefined) await this.#running
    this.#timer?.cancel()
  }

  async #run(): Promise<void> {
    // Whoever starts it has to note that it runs before it may end.
    await Promise.resolve()
    while (this.#next !== undefined) {
      const turn = this.#next
      this.#next = undefined
      try {
        this.#options.seal.check()
        await this.#checkpoint(turn)
        turn.done.resolve()
      } catch (error) {
        const sealed = this.#options.seal.close(error)
        turn.begun.reject(sealed)
        turn.done.reject(sealed)
      }
    }
    this.#running = undefined
  }

  async #checkpoint(turn: Turn): Promise<void> {
    const { journal, epoch, cache, directory, settings } = this.#options
    this.#timer?.cancel()
    this.#timer = undefined
    this.#bytes = 0
    const firstEpoch = journal?.rotate() ?? epoch
    const captured = this.#capture()
    const bytes = encodeRecoveryPoints({ firstEpoch, points: this.#points })
    turn.begun.resolve()
    await atOnce(settings.syncsAtOnce, captured, async ({ segments, folder }) => {
      for (const segment of segments) await syncSegment(segment)
      const added = segments.filter(({ nameUnsynced, removed }) => nameUnsynced && !removed)
      if (added.length === 0) return
      await cache.files.syncDirectory(folder)
      for (const segment of added) segment.nameUnsynced = false
    })
    await this.#whileFull(() => storeRecoveryPoints(cache.files, directory, bytes))
    this.count++
  }

  #capture(): Captured[] {
    const captured: Captured[] = []
    for (const partition of this.#touched) {
      const one = partition.capture()
      this.#points.set(partition.key, one.point)
      captured.push(one)
    }
    this.#touched = new Set()
    return captured
  }

  async #whileFull(store: () => Promise<void>): Promise<void> {
    const { clock, logger } = this.#options
    for (;;) {
      try {
        return await store()
      } catch (error) {
        if (systemCode(error) !== 'ENOSPC' || this.#closing) throw error
        logger.warn('The disk is full: a checkpoint waits for space.')
        await pause(fullDiskPauseMs, { clock })
      }
    }
  }
}

async function syncSegment(segment: Segment): Promise<void> {
  if (segment.removed) return
  segment.flushIndexes()
  await segment.log.sync()
  if (segment.isFinished) await segment.syncIndexes()
}

/** Does `work` for each item, at most `limit` of them at the same time. */
async function atOnce<Item>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values()
  const worker = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
}
