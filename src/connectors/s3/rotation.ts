import type { Clock } from '../../base/clock.ts'
import type { SinkRecord } from '../../connect/kit/index.ts'
import type { LakeValues } from './options/index.ts'
import { offsetMsOf } from './time-zone.ts'
import { type Extract, extractorOf, timestampName } from './timestamps.ts'

/** Nothing is unbounded: so many files of a partition are open where no other number is given. */
const mostFiles = 1000

/** When the files of a partition are to end; it forgets with each commit. */
export class Rotation {
  readonly #values: LakeValues
  readonly #clock: Clock
  readonly #extract: Extract
  #records = 0
  #bytes = 0
  #firstTime = 0
  #scheduledAt = Number.POSITIVE_INFINITY
  #folder: string | undefined

  constructor(values: LakeValues, clock: Clock) {
    this.#values = values
    this.#clock = clock
    const { 'timestamp.extractor': extractor, 'timestamp.field': field } = values
    this.#extract = extractorOf(extractor, field, clock)
  }

  begin(): void {
    this.#records = 0
    this.#bytes = 0
    this.#folder = undefined
    this.#scheduledAt = Number.POSITIVE_INFINITY
  }

  /** Whether the files are to end before this record. */
  isDueBefore(record: SinkRecord, folder: string, isNewFolder: boolean, files: number): boolean {
    if (this.#records === 0) return false
    const most = this.#values['partitioner.max.open.files']
    if (isNewFolder && files >= (most > 0 ? most : mostFiles)) return true
    const intervalMs = this.#values['rotate.interval.ms']
    if (intervalMs <= 0) return false
    if (this.#values['rotate.file.on.partition.change'] && folder !== this.#folder) return true
    return this.#extract(record) - this.#firstTime >= intervalMs
  }

  added(record: SinkRecord, folder: string): void {
    if (this.#records === 0) {
      if (this.#values['rotate.interval.ms'] > 0) this.#firstTime = this.#extract(record)
      this.#scheduledAt = this.#nextSchedule()
    }
    this.#records += 1
    this.#folder = folder
  }

  gathered(bytes: number): void {
    this.#bytes += bytes
  }

  get isFull(): boolean {
    const most = this.#values['flush.bytes']
    return this.#records >= this.#values['flush.size'] || (most > 0 && this.#bytes >= most)
  }

  /** Whether time has passed without records. */
  get isLate(): boolean {
    if (this.#records === 0) return false
    const now = this.#clock.now()
    if (now >= this.#scheduledAt) return true
    const intervalMs = this.#values['rotate.interval.ms']
    const isByClock = timestampName(this.#values['timestamp.extractor']) === 'Wallclock'
    return isByClock && intervalMs > 0 && now - this.#firstTime >= intervalMs
  }

  #nextSchedule(): number {
    const everyMs = this.#values['rotate.schedule.interval.ms']
    if (everyMs <= 0) return Number.POSITIVE_INFINITY
    const now = this.#clock.now()
    const local = now + offsetMsOf(this.#values.timezone, now)
    return now + everyMs - (local % everyMs)
  }
}
