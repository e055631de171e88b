import { BadRecordError } from '../../connect/kit/index.ts'
import type { LakeValues } from './options/index.ts'
import { safeName } from './safe-name.ts'

export interface FilePlace {
  readonly topic: string
  readonly partition: number
  /** Of the first record. */
  readonly offset: bigint
  readonly timestamp: number | undefined
  /** Below the topic's. */
  readonly folder: string
  /** Where the layout itself names files. */
  readonly file?: string
}

/** What files are called: `topics/TOPIC/FOLDER/TOPIC+PARTITION+OFFSET.json`, or by a format of the user's. */
export class ObjectNames {
  readonly #values: LakeValues

  constructor(values: LakeValues) {
    this.#values = values
  }

  /** Whether each file has a name of its own, and always the same one. */
  get areUnique(): boolean {
    const format = this.#values['object.name.format']
    return format === undefined || (format.includes('{offset}') && !format.includes('{date}'))
  }

  /** `kind` tells a file of keys or headers from the one of values. */
  of(place: FilePlace, kind: string, extension: string, now: number): string {
    const format = this.#values['object.name.format']
    if (format !== undefined) return this.#byFormat(format, place, now) + kind
    const { topic, partition, folder } = place
    const parts = [safeName(topic), `${partition}`, this.#padded(place.offset)]
    const file = place.file ?? parts.join(this.#values['file.delim'])
    return this.#below(safeName(topic), folder, `${file}${kind}${extension}`)
  }

  /** In which all that is of a topic stands. */
  folderOf(topic: string): string {
    return this.#below(safeName(topic))
  }

  /** Of the record of a commit, away from what readers of the lake look at. */
  ofCommit(topic: string, partition: number, start: bigint): string {
    return this.#below('_leat', safeName(topic), `${partition}-${this.#padded(start)}.json`)
  }

  #below(...parts: readonly string[]): string {
    const { 'topics.dir': top, 'directory.delim': delimiter } = this.#values
    return [top, ...parts].filter((part) => part !== '').join(delimiter)
  }

  #byFormat(format: string, place: FilePlace, now: number): string {
    const known: Readonly<Record<string, () => string>> = {
      topic: () => safeName(place.topic),
      partition: () => `${place.partition}`,
      offset: () => this.#padded(place.offset),
      time: () => isoTime(place.timestamp),
      date: () => javaDate(now),
    }
    return format.replace(/\{(\w+)\}/g, (whole, name: string) => known[name]?.() ?? whole)
  }

  #padded(offset: bigint): string {
    return `${offset}`.padStart(this.#values['filename.offset.zero.pad.width'], '0')
  }
}

/** Without blanks and colons: `20200808T123456Z`. */
function isoTime(timestamp: number | undefined): string {
  if (timestamp !== undefined) return new Date(timestamp).toISOString().replace(/[-:]|\.\d+/g, '')
  throw new BadRecordError("The record has no timestamp, which 'object.name.format' asks for")
}

/** As Java's `Date.toString()` in UTC: `Sat Aug 08 12:34:56 UTC 2020`. */
function javaDate(now: number): string {
  const [day = '', date, month, year, time] = new Date(now).toUTCString().split(' ')
  return `${day.replace(',', '')} ${month} ${date} ${time} UTC ${year}`
}
