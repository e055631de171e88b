import type { Logger } from '../../../base/logger.ts'
import type { OffsetJson, SourceProgress, SourceRecord } from '../../../connect/kit/index.ts'
import type { LogChange, LogItem, LogTransaction, TableShape } from '../dialects/log.ts'
import type { Row } from '../session.ts'
import type { RowSettings } from '../source/settings.ts'
import { plainName } from '../table-name.ts'
import { type LogPosition, logOffset, logPartition, type TableState } from './offsets.ts'
import { RowRecords } from './records.ts'
import type { Deletes } from './settings.ts'

interface ChangesOptions {
  readonly database: string
  readonly settings: RowSettings
  readonly deletes: Deletes
  readonly followed: ReadonlyMap<string, TableState>
  readonly logger: Logger
}

/** Makes records of what a log tells, and knows how far it has come. */
export class Changes {
  readonly #options: ChangesOptions
  readonly #partition: OffsetJson
  readonly #records = new Map<string, { readonly shape: TableShape; readonly make: RowRecords }>()
  readonly #toldOf = new Set<string>()
  #place: OffsetJson
  /** Of the transaction behind the place: how many changes were told, and how many once were. */
  #changes = 0
  #known: number
  #transaction: LogTransaction | undefined

  constructor({ place, changes }: LogPosition, options: ChangesOptions) {
    this.#options = options
    this.#partition = logPartition(options.database)
    this.#place = place
    this.#known = changes
  }

  get position(): LogPosition {
    return { place: this.#place, changes: Math.max(this.#changes, this.#known) }
  }

  /** Where that is, as it is stored. */
  get progress(): SourceProgress {
    return { sourcePartition: this.#partition, sourceOffset: logOffset(this.position) }
  }

  /** The records of an item, in their order. */
  take(item: LogItem): readonly SourceRecord[] {
    switch (item.kind) {
      case 'begin':
        this.#transaction = item.transaction
        return []
      case 'other':
        this.#changes += 1
        return []
      case 'change':
        return this.#change(item)
      case 'end':
        this.#place = item.place
        this.#changes = 0
        this.#known = 0
        this.#transaction = undefined
        return []
      case 'place':
        if (this.#transaction === undefined) this.#place = item.place
        return []
    }
  }

  #change(change: LogChange): readonly SourceRecord[] {
    const before = this.progress
    this.#changes += 1
    // What another task has told before it was stopped in the middle of a transaction.
    if (this.#changes <= this.#known) return []
    const state = this.#options.followed.get(plainName(change.shape.table))
    if (state === undefined || this.#transaction?.isIn(state.snapshot)) return []
    return this.#recordsOf(change, before, this.progress)
  }

  /** The last record alone says that the change was told whole. */
  #recordsOf(
    { shape, before, isBeforeWhole, after }: LogChange,
    begun: SourceProgress,
    done: SourceProgress,
  ): readonly SourceRecord[] {
    const make = this.#makerFor(shape)
    const { deletes } = this.#options
    if (after === undefined) {
      return before === undefined ? [] : this.#deleted(make, shape, before, isBeforeWhole, done)
    }
    const isMoved = before !== undefined && make.keyText(before) !== make.keyText(after)
    const row = make.row(after, done)
    if (!isMoved || !make.hasKey || deletes === 'drop') return [row]
    return [make.tombstone(before, begun), row]
  }

  #deleted(
    make: RowRecords,
    { table }: TableShape,
    before: Row,
    isBeforeWhole: boolean,
    done: SourceProgress,
  ): readonly SourceRecord[] {
    const { deletes } = this.#options
    if (deletes === 'drop') return []
    const records: SourceRecord[] = []
    if (deletes === 'rewrite-with-tombstone' && isBeforeWhole)
      records.push(make.deleted(before, done))
    if (make.hasKey) records.push(make.tombstone(before, done))
    else this.#tell(plainName(table))
    return records
  }

  #tell(table: string): void {
    if (this.#toldOf.has(table)) return
    this.#toldOf.add(table)
    const why =
      'rows were deleted of a table without a primary key, for which there is no tombstone'
    this.#options.logger.warn(why, { table })
  }

  #makerFor(shape: TableShape): RowRecords {
    const name = plainName(shape.table)
    const known = this.#records.get(name)
    if (known?.shape === shape) return known.make
    const make = new RowRecords(shape, this.#options.settings)
    this.#records.set(name, { shape, make })
    return make
  }
}
