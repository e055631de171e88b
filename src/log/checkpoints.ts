import { type Clock, pause, type Timer } from '../base/clock.ts'
import { systemCode } from '../base/errors.ts'
import type { Files } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import type { FileCache } from './cached-file.ts'
import type { Captured } from './capture.ts'
import type { Journal } from './journal.ts'
import type { PartitionLog } from './partition-log.ts'
import type { EncodedPoint } from './points-file.ts'
import { encodeRecoveryPoints, storeRecoveryPoints } from './recovery-points.ts'
import type { Seal } from './seal.ts'
import type { Segment } from './segment.ts'
import type { LogSettings } from './settings.ts'
import { encodeWrittenPoints, storeWrittenPoints, writtenPointsPath } from './written-points.ts'

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
  /** The boot of the machine, where it is enough to note what is written; else all is synced. */
  readonly boot: string | undefined
  readonly points: ReadonlyMap<string, EncodedPoint>
}

interface Turn {
  isWhole: boolean
  readonly begun: PromiseWithResolvers<void>
  readonly done: PromiseWithResolvers<void>
}

/** How long a checkpoint waits for space on a full disk before it tries again. */
const fullDiskPauseMs = 1000

/**
 * Syncs the segments that were written to, then notes how far they are on the disk; only then is
 * the journal behind that point free. One at a time, beside the appends.
 *
 * With durability `os` only segments that are finished are synced: of what still grows it notes how
 * far it is written, which holds until the machine is started anew. A whole checkpoint syncs all.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions
  /** What is on the disk for sure, … */
  readonly #synced: Map<string, EncodedPoint>
  /** … and, of every partition that was captured, what is written. */
  readonly #written = new Map<string, EncodedPoint>()
  #touched = new Set<PartitionLog>()
  readonly #growing = new Set<PartitionLog>()
  #bytes = 0
  #next: Turn | undefined
  #running: Promise<void> | undefined
  #timer: Timer | undefined
  #closing = false
  count = 0

  constructor(options: CheckpointsOptions) {
    this.#options = options
    this.#synced = new Map(options.points)
  }

  /** A partition has changed since the checkpoint before. */
  touch(partition: PartitionLog): void {
    this.#touched.add(partition)
    const { clock, settings } = this.#options
    this.#timer ??= clock.after(settings.checkpointMs, () => this.request())
  }

  /** So many bytes were written beside the journal. */
  wrote(bytes: number): void {
    const { boot, settings } = this.#options
    this.#bytes += bytes
    if (
      this.#bytes >= (boot === undefined ? settings.checkpointBytes : settings.osCheckpointBytes)
    ) {
      this.#bytes = 0
      this.request()
    }
  }

  forget(partition: PartitionLog): void {
    this.#touched.delete(partition)
    this.#growing.delete(partition)
    this.#synced.delete(partition.key)
    this.#written.delete(partition.key)
  }

  /** Asks for a checkpoint that covers all that was written before this call. */
  request(whole = false): { begun: Promise<void>; done: Promise<void> } {
    if (this.#next === undefined) {
      const isWhole = this.#options.boot === undefined
      this.#next = { isWhole, begun: Promise.withResolvers(), done: Promise.withResolvers() }
      // Whoever waits is told; that nobody does is no error.
      this.#next.begun.promise.catch(() => {})
      this.#next.done.promise.catch(() => {})
    }
    if (whole) this.#next.isWhole = true
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
    const { journal, epoch, boot, cache, directory, settings } = this.#options
    const { files } = cache
    this.#timer?.cancel()
    this.#timer = undefined
    this.#bytes = 0
    const firstEpoch = journal?.rotate() ?? epoch
    const { captured, hasMoved } = this.#capture(turn.isWhole)
    const synced = encodeRecoveryPoints({ firstEpoch, points: this.#synced })
    const written =
      boot === undefined || turn.isWhole
        ? undefined
        : encodeWrittenPoints({ boot, firstEpoch, points: this.#written })
    turn.begun.resolve()
    await atOnce(settings.syncsAtOnce, captured, flushGrowing)
    // Never older than the recovery points beside it.
    if (written !== undefined) {
      await this.#whileFull(() => storeWrittenPoints(files, directory, written))
    }
    await atOnce(settings.syncsAtOnce, captured, (one) => syncSegments(files, one))
    if (written === undefined) files.remove(writtenPointsPath(directory))
    if (hasMoved || turn.isWhole) {
      await this.#whileFull(() => storeRecoveryPoints(files, directory, synced))
    }
    this.count++
  }

  #capture(whole: boolean): { captured: Captured[]; hasMoved: boolean } {
    const partitions = whole ? new Set([...this.#touched, ...this.#growing]) : this.#touched
    let hasMoved = false
    const captured = [...partitions].map((partition) => {
      const one = partition.capture(whole)
      hasMoved ||= this.#synced.get(partition.key)?.equals(one.synced) !== true
      this.#synced.set(partition.key, one.synced)
      if (this.#options.boot !== undefined) this.#written.set(partition.key, one.written)
      if (one.growing === undefined) this.#growing.delete(partition)
      else this.#growing.add(partition)
      return one
    })
    this.#touched = new Set()
    return { captured, hasMoved }
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

async function flushGrowing({ growing }: Captured): Promise<void> {
  if (growing === undefined || growing.removed) return
  growing.flushIndexes()
  // Between partitions whoever else runs here has a turn.
  await new Promise((resolve) => setImmediate(resolve))
}

async function syncSegments(files: Files, { partition, unsynced }: Captured): Promise<void> {
  for (const segment of unsynced) await syncSegment(segment)
  const added = unsynced.filter(({ nameUnsynced, removed }) => nameUnsynced && !removed)
  if (added.length === 0) return
  await files.syncDirectory(partition.folder)
  for (const segment of added) segment.nameUnsynced = false
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
