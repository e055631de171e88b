import type { Clock } from '../../base/clock.ts'
import { BadRecordError, type SinkRecord } from '../../connect/kit/index.ts'
import { Commits } from './commits.ts'
import { LakeFile, type Side } from './lake-file.ts'
import { ObjectNames } from './object-names.ts'
import type { LakeValues } from './options/index.ts'
import type { Partitioner } from './partitioners/index.ts'
import { Rotation } from './rotation.ts'
import type { Store } from './stores/index.ts'

/** What all partitions of a task share. */
export interface Lake {
  readonly values: LakeValues
  readonly store: Store
  readonly sides: readonly Side[]
  readonly partitioner: Partitioner
  readonly clock: Clock
}

/**
 * The records of one partition on their way into files. Files are open until a rotation ends them
 * all at once; then the cut is written down, the files get their names, and the offset behind them
 * may be committed. Records that come again are passed over.
 */
export class PartitionWriter {
  readonly #lake: Lake
  readonly #partition: number
  readonly #names: ObjectNames
  readonly #commits: Commits
  readonly #rotation: Rotation
  readonly #files = new Map<string, LakeFile>()
  /** Of the first record since the last commit. */
  #start: bigint | undefined
  /** Where somebody has cut these records before. */
  #cut: bigint | undefined
  #next = -1n
  #settled: bigint | undefined

  constructor(lake: Lake, topic: string, partition: number) {
    this.#lake = lake
    this.#partition = partition
    this.#names = new ObjectNames(lake.values)
    this.#commits = new Commits(lake, this.#names, topic, partition)
    this.#rotation = new Rotation(lake.values, lake.clock)
  }

  /** The offset before which everything is in files that have their names. */
  get settled(): bigint | undefined {
    return this.#settled
  }

  async add(record: SinkRecord): Promise<void> {
    const { offset } = record.origin
    if (offset < this.#next) return
    // One that failed is made up for before anything is added.
    await this.#commitIfDue()
    if (this.#cut !== undefined && offset >= this.#cut) await this.#commit(this.#cut)
    if (this.#start === undefined) await this.#begin(offset)
    if (this.#mayWrite(record)) await this.#write(record)
    this.#next = offset + 1n
    await this.#commitIfDue()
  }

  /** Hands over what has been gathered, so that memory stays small. */
  async flush(): Promise<void> {
    for (const file of this.#files.values()) this.#rotation.gathered(await file.flush())
    await this.#commitIfDue()
  }

  async rotateIfLate(): Promise<void> {
    await this.#commitIfDue()
    if (this.#start === undefined || this.#next <= this.#start || this.#cut !== undefined) return
    if (this.#files.size === 0 || this.#rotation.isLate) await this.#commit(this.#next)
  }

  /** The group has committed up to there. */
  async committed(next: bigint): Promise<void> {
    await this.#commits.forget(next)
  }

  async abort(): Promise<void> {
    for (const file of this.#files.values()) await file.abort()
    this.#files.clear()
  }

  async #begin(offset: bigint): Promise<void> {
    this.#cut = this.#isExact ? await this.#commits.cutOf(offset) : undefined
    this.#start = offset
    this.#rotation.begin()
  }

  #mayWrite({ value, origin }: SinkRecord): boolean {
    if (value !== null) return true
    if (this.#lake.values['behavior.on.null.values'] === 'ignore') return false
    throw new BadRecordError(
      `The record at offset ${origin.offset} has no value; behavior.on.null.values=ignore passes such records over`,
    )
  }

  async #write(record: SinkRecord): Promise<void> {
    const folder = this.#lake.partitioner(record)
    const place = `${record.topic}/${folder}`
    const open = this.#files.get(place)
    const misfits = open !== undefined && !open.fits(record)
    const isDue =
      this.#cut === undefined &&
      this.#rotation.isDueBefore(record, folder, open === undefined, this.#files.size)
    if (misfits || isDue) {
      // A cut of an earlier run stands where this one ends: the schemas are the same as then.
      await this.#commit(record.origin.offset)
      await this.#begin(record.origin.offset)
    }
    const file = this.#files.get(place) ?? this.#open(record, folder)
    file.add(record)
    this.#files.set(place, file)
    this.#rotation.added(record, folder)
  }

  #open(record: SinkRecord, folder: string): LakeFile {
    const { sides, store, clock } = this.#lake
    const { topic, origin } = record
    const place = { topic, partition: this.#partition, offset: origin.offset, folder }
    const keyOf = ({ kind, format, compression }: Side) =>
      this.#names.of(place, kind, format.extension + compression.extension, clock.now())
    return LakeFile.open(record, sides, keyOf, (key) => store.upload(key, this.#isExact))
  }

  async #commitIfDue(): Promise<void> {
    if (this.#start === undefined) return
    if (this.#cut === undefined ? this.#rotation.isFull : this.#next >= this.#cut) {
      await this.#commit(this.#cut ?? this.#next)
    }
  }

  /** Called again where it fails, it goes on where it was. */
  async #commit(next: bigint): Promise<void> {
    if (this.#start === undefined) return
    const files = [...this.#files.values()]
    for (const file of files) await file.end()
    if (this.#isExact && this.#cut === undefined && files.length > 0) {
      const objects = files.flatMap(({ keys }) => keys)
      await this.#commits.write(this.#start, next, objects)
      this.#cut = next
    }
    for (const file of files) await file.complete()
    this.#files.clear()
    this.#settled = next
    this.#start = undefined
    this.#cut = undefined
  }

  get #isExact(): boolean {
    return this.#lake.values['enable.conditional.writes'] && this.#names.areUnique
  }
}
