import type { Clock, Timer } from '../base/clock.ts'
import type { Files } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Random } from '../base/random.ts'
import { Burst } from './burst.ts'
import { FileCache } from './cached-file.ts'
import { Checkpoints } from './checkpoints.ts'
import type { Commit, OnDurable } from './commit.ts'
import { Cleaner } from './compaction/cleaner.ts'
import { claimDirectory, topicsFolder } from './data-directory.ts'
import { DirectCommit } from './direct-commit.ts'
import { logError } from './errors.ts'
import { HeaderWindow } from './header-window.ts'
import { Journal } from './journal.ts'
import { JournalCommit } from './journal-commit.ts'
import { registerLogMetrics } from './log-metrics.ts'
import { OsCommit } from './os-commit.ts'
import { keepPartitionFolder, makePartitionFolder } from './partition-folder.ts'
import { folderName, type PartitionIdentity, partitionKey } from './partition-identity.ts'
import { PartitionLog } from './partition-log.ts'
import type { LogParts } from './partition-parts.ts'
import { type Processes, systemProcesses } from './processes.ts'
import { ProducerState } from './producer-state.ts'
import { deletedSuffix, type Recovered, recover } from './recovery.ts'
import { neverCleaned } from './recovery-points.ts'
import { Seal } from './seal.ts'
import { Segment } from './segment.ts'
import {
  defaultPolicy,
  defaultSettings,
  type LogSettings,
  type PartitionPolicy,
} from './settings.ts'
import { placeAt } from './synced-point.ts'

export interface LogOptions {
  readonly directory: string
  /** What `durable` means: on the disk, or with the operating system. */
  readonly durability: 'disk' | 'os'
  readonly files: Files
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics?: Metrics
  readonly settings?: Partial<LogSettings>
  readonly processes?: Processes
}

/** All partitions of a data directory. */
export class Log {
  readonly directory: string
  /** Appends that come in one go are written together. */
  readonly burst = new Burst()
  readonly #options: LogOptions
  readonly #settings: LogSettings
  readonly #unlock: () => void
  readonly #seal: Seal
  readonly #cache: FileCache
  readonly #window: HeaderWindow
  readonly #journal: Journal | undefined
  readonly #checkpoints: Checkpoints
  readonly #commit: Commit
  readonly #parts: LogParts
  readonly #partitions = new Map<string, PartitionLog>()
  readonly #listeners: OnDurable[] = []
  readonly #cleaner: Cleaner
  #retention: Timer | undefined
  #closing: Promise<void> | undefined

  /**
   * Locks the directory and recovers it: afterwards every acknowledged batch can be read.
   * Errors: directory-locked, directory-not-writable, not-a-data-directory, newer-format, disk-full,
   * damaged-journal, damaged-recovery-points, damaged-partition, missing-records.
   */
  static async open(options: LogOptions): Promise<Log> {
    const { directory, files, clock, logger, processes = systemProcesses } = options
    const settings = { ...defaultSettings, ...options.settings }
    const unlock = await claimDirectory(files, directory, processes)
    const cache = new FileCache(files, settings.openFiles)
    const window = new HeaderWindow()
    try {
      const found = await recover({
        directory,
        cache,
        window,
        clock,
        logger,
        limits: settings,
        processes,
      })
      for (const folder of found.youngFolders) await keepPartitionFolder(files, folder)
      await files.syncDirectory(topicsFolder(directory))
      // The recovery points stay where this goes on: they may have been killed before their name
      // was durable.
      if (found.isFromWritten) await files.syncDirectory(directory)
      const log = new Log(options, settings, unlock, cache, window, found)
      // Only now, with all of it in the segments, may the journal be written over.
      await log.#checkpoints.request(!found.isFromWritten).done
      found.cleanUp()
      return log
    } catch (error) {
      cache.closeAll()
      unlock()
      throw error
    }
  }

  private constructor(
    options: LogOptions,
    settings: LogSettings,
    unlock: () => void,
    cache: FileCache,
    window: HeaderWindow,
    found: Recovered,
  ) {
    const { directory, files, clock, logger, durability, processes = systemProcesses } = options
    this.directory = directory
    this.#options = options
    this.#settings = settings
    this.#unlock = unlock
    this.#cache = cache
    this.#window = window
    const seal = new Seal(directory, logger)
    this.#seal = seal
    const boot = durability === 'os' ? processes.boot() : undefined
    // A group of the next epoch may have been torn, so that one is left out, too. Whoever goes on
    // from points as written has no journal, and keeps the epoch by which they count.
    const goesOn = boot !== undefined && found.isFromWritten
    const epoch = goesOn ? found.lastEpoch : found.lastEpoch + 2
    const { journalBytes, syncsAtOnce } = settings
    const journal =
      durability === 'disk' && journalBytes > 0
        ? Journal.open({ files, directory, clock, logger, journalBytes, epoch })
        : undefined
    this.#journal = journal
    const { points } = found
    const shared = { directory, cache, clock, logger, seal, settings, boot }
    const checkpoints = new Checkpoints({ ...shared, journal, epoch, points })
    this.#checkpoints = checkpoints
    const onDurable: OnDurable = (partition) => {
      // In their own time: what they throw must not be taken for a failure of the disk.
      for (const listener of this.#listeners) process.nextTick(listener, partition)
    }
    this.#commit =
      durability === 'os'
        ? new OsCommit(checkpoints, onDurable)
        : diskCommit({ journal, checkpoints, seal, settings, syncsAtOnce, onDurable })
    const commit = this.#commit
    const { burst } = this
    const ways = { burst, commit, checkpoints, onDurable }
    this.#parts = { cache, window, clock, settings, seal, ...ways }
    for (const contents of found.partitions) {
      const partition = new PartitionLog(contents, defaultPolicy, this.#parts)
      this.#partitions.set(partition.key, partition)
      checkpoints.touch(partition)
    }
    this.#checkRetentionLater()
    const partitions = () => this.#partitions.values()
    this.#cleaner = new Cleaner({ partitions, parts: this.#parts, logger })
    if (options.metrics !== undefined) {
      registerLogMetrics(options.metrics, { log: this, checkpoints, cache, cleaner: this.#cleaner })
    }
  }

  /** The error that sealed the log for writes. */
  get sealedBy(): unknown {
    return this.#seal.by
  }

  partition(topicId: string, partition: number): PartitionLog | undefined {
    return this.#partitions.get(partitionKey({ topicId, partition }).toString('hex'))
  }

  partitions(): Iterable<PartitionLog> {
    return this.#partitions.values()
  }

  /** Durable when it resolves. Errors: log-sealed, partition-exists, disk-full. */
  async createPartition(
    identity: PartitionIdentity,
    policy: Partial<PartitionPolicy> = {},
  ): Promise<PartitionLog> {
    this.#seal.check()
    const { files } = this.#options
    const folder = this.#folder(identity)
    if (files.exists(folder)) throw logError('partition-exists', identity)
    const segment = new Segment(this.#cache, folder, 0n, this.#window)
    await makePartitionFolder(files, folder, identity)
    await files.syncDirectory(topicsFolder(this.directory))
    const producers = new ProducerState(this.#settings)
    const contents = {
      identity,
      folder,
      segments: [segment],
      startOffset: 0n,
      endOffset: 0n,
      producers,
      cleaned: neverCleaned,
      synced: placeAt(0n, producers.encoded()),
    }
    const partition = new PartitionLog(contents, { ...defaultPolicy, ...policy }, this.#parts)
    this.#partitions.set(partition.key, partition)
    return partition
  }

  /** Durable when it resolves; nothing happens if there is no such partition. */
  async deletePartition(topicId: string, partition: number): Promise<void> {
    this.#seal.check()
    const deleted = this.partition(topicId, partition)
    if (deleted === undefined) return
    const { files } = this.#options
    const topics = topicsFolder(this.directory)
    const aside = `${topics}/${topicId}-${partition}${deletedSuffix}`
    this.#partitions.delete(deleted.key)
    await deleted.retire()
    this.#checkpoints.forget(deleted)
    files.rename(this.#folder(deleted.identity), aside)
    await files.syncDirectory(topics)
    files.remove(aside)
  }

  /** Calls the listener after the durable offset, or the first offset, of a partition has moved. */
  onDurable(listener: OnDurable): void {
    this.#listeners.push(listener)
  }

  /** Resolves when everything that was appended before is durable; rejects if the log gets sealed. */
  settled(): Promise<void> {
    return this.#commit.settled()
  }

  /** Makes everything durable where it belongs, so that the next start has nothing to recover. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    this.#retention?.cancel()
    await this.#cleaner.close()
    try {
      if (this.#seal.by === undefined) {
        await this.#commit.settled()
        await this.#checkpoints.request(true).done
      }
    } finally {
      await this.#checkpoints.close()
      this.#journal?.close()
      this.#cache.closeAll()
      this.#unlock()
    }
  }

  #folder({ topic, partition }: PartitionIdentity): string {
    return `${topicsFolder(this.directory)}/${folderName(topic, partition)}`
  }

  #checkRetentionLater(): void {
    const { clock } = this.#options
    this.#retention = clock.after(
      this.#settings.retentionCheckMs,
      () => void this.#checkRetention(),
    )
  }

  async #checkRetention(): Promise<void> {
    if (this.#seal.by !== undefined) return
    const nowMs = this.#options.clock.now()
    const checks = [...this.#partitions.values()].map(async (partition) => {
      try {
        const count = await partition.applyRetention(nowMs)
        if (count > 0) {
          const { topic, partition: number } = partition.identity
          this.#options.logger.info('Old segments are deleted.', {
            topic,
            partition: number,
            count,
          })
        }
      } catch (error) {
        const { topic, partition: number } = partition.identity
        const facts = { topic, partition: number, cause: String(error) }
        this.#options.logger.error('Retention of a partition failed.', facts)
      }
    })
    await Promise.all(checks)
    if (this.#closing === undefined) this.#checkRetentionLater()
  }
}

interface DiskCommitOptions {
  readonly journal: Journal | undefined
  readonly checkpoints: Checkpoints
  readonly seal: Seal
  readonly settings: LogSettings
  readonly syncsAtOnce: number
  readonly onDurable: OnDurable
}

function diskCommit(options: DiskCommitOptions): Commit {
  const direct = new DirectCommit(options)
  const { journal } = options
  return journal === undefined ? direct : new JournalCommit({ ...options, journal, direct })
}
