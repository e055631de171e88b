import type { BatchHeader } from '../protocols/kafka/record-batch.ts'
import type { Checkpoints } from './checkpoints.ts'
import { type Commit, commitPromise, type OnDurable, type Written } from './commit.ts'
import type { DirectCommit } from './direct-commit.ts'
import type { Journal } from './journal.ts'
import { JournalGroup } from './journal-group.ts'
import type { PartitionLog } from './partition-log.ts'
import type { Seal } from './seal.ts'
import type { LogSettings } from './settings.ts'

export interface JournalCommitOptions {
  readonly journal: Journal
  readonly direct: DirectCommit
  readonly checkpoints: Checkpoints
  readonly seal: Seal
  readonly settings: LogSettings
  readonly onDurable: OnDurable
}

/**
 * Group commit: while one group is on its way to the disk, the next one gathers what arrives, of
 * all partitions. Large batches are synced in their own segment instead, and so is what follows
 * them in their partition until they are done: acknowledgements of a partition keep its order.
 */
export class JournalCommit implements Commit {
  readonly #options: JournalCommitOptions
  readonly #group = new JournalGroup()
  readonly #groupBytes: number
  #partitions: PartitionLog[] = []
  #deferred = commitPromise()
  #inFlight: Promise<void> | undefined
  #running = false

  constructor(options: JournalCommitOptions) {
    this.#options = options
    this.#groupBytes = Math.min(options.settings.groupBytes, options.settings.journalBytes)
  }

  add(partition: PartitionLog, written: Written): Promise<void> {
    const { batches, headers } = written
    const { direct, settings } = this.#options
    if (
      batches.length >= settings.directBytes ||
      direct.isUnderWay(partition) ||
      this.#group.bytesWith(headers.length, batches.length) > this.#groupBytes
    ) {
      return direct.add(partition, written)
    }
    this.#copy(partition, written)
    if (partition.group.join(written)) this.#partitions.push(partition)
    if (!this.#running) {
      this.#running = true
      // What the event loop has at hand shares the first group already.
      setImmediate(() => void this.#run())
    }
    return this.#deferred.promise
  }

  async settled(): Promise<void> {
    const gathered = this.#group.isEmpty ? undefined : this.#deferred.promise
    await Promise.all([this.#inFlight, gathered, this.#options.direct.settled()])
  }

  #copy(partition: PartitionLog, { batches, headers, baseOffset, segment, position }: Written) {
    const only = headers.length === 1 ? (headers[0] as BatchHeader) : undefined
    let at = 0
    let offset = baseOffset
    for (const header of headers) {
      const { sizeBytes } = header
      const stamped = { baseOffset: offset, sizeBytes, crc: batches.readUInt32BE(at + 17) }
      this.#group.add(partition.keyBytes, segment.baseOffset, position + at, batches, at, stamped)
      if (only !== undefined) return
      at += sizeBytes
      offset += BigInt(header.lastOffsetDelta) + 1n
    }
  }

  async #run(): Promise<void> {
    try {
      while (!this.#group.isEmpty) {
        // The rotation at the start of a checkpoint makes room.
        if (this.#options.journal.fits(this.#group.bytes)) await this.#commitGroup()
        else await this.#options.checkpoints.request().begun
      }
    } catch (error) {
      this.#deferred.reject(this.#options.seal.close(error))
    } finally {
      this.#running = false
    }
  }

  async #commitGroup(): Promise<void> {
    this.#options.seal.check()
    const file = this.#options.journal.write(this.#group)
    const partitions = this.#partitions
    const deferred = this.#deferred
    for (const partition of partitions) partition.group.leave()
    this.#partitions = []
    this.#deferred = commitPromise()
    this.#group.clear()
    this.#inFlight = deferred.promise
    try {
      await file.sync()
    } catch (error) {
      deferred.reject(this.#options.seal.close(error))
      throw error
    }
    for (const partition of partitions) partition.becomeDurable(partition.group.inFlight)
    deferred.resolve()
    for (const partition of partitions) this.#options.onDurable(partition)
  }
}
