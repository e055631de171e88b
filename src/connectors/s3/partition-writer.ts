import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { Turns } from '../../base/turns.ts'
import { BadRecordError, type SinkRecord, type TopicPartition } from '../../connect/kit/index.ts'
import { Commits } from './commits.ts'
import { IcebergTables } from './iceberg/index.ts'
import { LakeFile, type Side } from './lake-file.ts'
import { ObjectNames } from './object-names.ts'
import type { LakeValues } from './options/index.ts'
import type { Partitioner, Place } from './partitioners/index.ts'
import { Rotation } from './rotation.ts'
import type { Store } from './stores/index.ts'
import { tagFile } from './tags.ts'

/** What all partitions of a task share. */
export interface Lake {
  readonly values: LakeValues
  readonly store: Store
  readonly sides: readonly Side[]
  readonly partitioner: Partitioner
  readonly clock: Clock
  readonly logger: Logger
}

/** So many files of a partition are ended at once. */
const filesAtOnce = 8

/**
 * The records of one partition on their way into files. Files are open until a rotation ends them
 * all at once; then the cut is written down, the files get their names, and the offset behind them
 * may be committed. Records that come again are passed over.
 */
export class PartitionWriter {
  readonly #lake: Lake
  readonly #source: TopicPartition
  readonly #names: ObjectNames
  readonly #commits: Commits
  readonly #rotation: Rotation
  readonly #tables: IcebergTables | undefined
  readonly #files = new Map<string, LakeFile>()
  readonly #turns = new Turns(filesAtOnce)
  /** Of the first record since the last commit. */
  #start: bigint | undefined
  /** Where somebody has cut these records before. */
  #cut: bigint | undefined
  #next = -1n
  #settled: bigint | undefined

  constructor(lake: Lake, topic: string, partition: number) {
    this.#lake = lake
    this.#source = { topic, partition }
    this.#names = new ObjectNames(lake.values)
    this.#commits = new Commits(lake, this.#names, topic, partition)
    this.#rotation = new Rotation(lake.values, lake.clock)
    if (lake.values['table.format'] === 'iceberg') this.#tables = new IcebergTables(lake)
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
    const behavior = this.#lake.values['behavior.on.null.values']
    if (value !== null || behavior === 'write') return true
    if (behavior === 'ignore') return false
    throw new BadRecordError(
      `The record at offset ${origin.offset} has no value; behavior.on.null.values=ignore passes such records over`,
    )
  }

  #placeOf(record: SinkRecord): Place {
    const { partitioner, values } = this.#lake
    if (record.value !== null) return partitioner(record)
    return { folder: values['tombstone.encoded.partition'] }
  }

  async #write(record: SinkRecord): Promise<void> {
    const place = this.#placeOf(record)
    const { folder, file: named = '' } = place
    const name = `${record.topic}/${folder}/${named}`
    const open = this.#files.get(name)
    const misfits = open !== undefined && !open.fits(record)
    const isDue =
      this.#cut === undefined &&
      this.#rotation.isDueBefore(record, folder, open === undefined, this.#files.size)
    if (misfits || isDue) {
      // A cut of an earlier run stands where this one ends: the schemas are the same as then.
      await this.#commit(record.origin.offset)
      await this.#begin(record.origin.offset)
    }
    const file = this.#files.get(name) ?? this.#open(record, place)
    file.add(record)
    this.#files.set(name, file)
    this.#rotation.added(record, folder)
  }

  #open(record: SinkRecord, { metadata, ...within }: Place): LakeFile {
    const { store, clock } = this.#lake
    const { topic, origin, timestamp } = record
    const { partition } = this.#source
    const place = { topic, partition, offset: origin.offset, timestamp, ...within }
    const keyOf = ({ kind, format, compression }: Side) =>
      this.#names.of(place, kind, format.extension + compression.extension, clock.now())
    // A record without a value has a key and headers at most.
    const sides = this.#lake.sides.filter(({ kind }) => record.value !== null || kind !== '')
    return LakeFile.open(record, sides, keyOf, (key) => store.upload(key, this.#isExact, metadata))
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
    await this.#forEach(files, (file) => file.end())
    if (this.#isExact && this.#cut === undefined && files.length > 0) {
      const objects = files.flatMap(({ keys }) => keys)
      await this.#commits.write(this.#start, next, objects)
      this.#cut = next
    }
    await this.#forEach(files, (file) => this.#publish(file))
    await this.#register(files, next)
    this.#files.clear()
    this.#settled = next
    this.#start = undefined
    this.#cut = undefined
  }

  /** Some at once; resolves, or throws, when all have ended. */
  async #forEach(files: readonly LakeFile[], action: (file: LakeFile) => Promise<void>) {
    const all = files.map((file) => this.#turns.take(() => action(file)))
    const failed = (await Promise.allSettled(all)).find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  }

  /** The tables of topics get all their files of a commit at once. */
  async #register(files: readonly LakeFile[], next: bigint): Promise<void> {
    const tables = this.#tables
    if (tables === undefined) return
    for (const [topic, some] of Map.groupBy(files, (file) => file.topic)) {
      const own = some.flatMap(({ values, contents }) =>
        values === undefined ? [] : [{ ...values, records: contents.count }],
      )
      if (own.length > 0) {
        await tables.append(this.#names.folderOf(topic), this.#source, next, own)
      }
    }
  }

  async #publish(file: LakeFile): Promise<void> {
    await file.complete()
    if (this.#lake.values['s3.object.tagging']) await tagFile(file, this.#lake)
  }

  get #isExact(): boolean {
    return this.#lake.values['enable.conditional.writes'] && this.#names.areUnique
  }
}
