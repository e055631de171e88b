import type { LakeValues } from './options/index.ts'
import { safeName } from './safe-name.ts'

export interface FilePlace {
  readonly topic: string
  readonly partition: number
  /** Of the first record. */
  readonly offset: bigint
  /** Below the topic's. */
  readonly folder: string
}

/** What files are called: `topics/TOPIC/FOLDER/TOPIC+PARTITION+OFFSET.json`, or by a format of the user's. */
export class ObjectNames {
  readonly #values: LakeValues

  constructor(values: LakeValues) {
    this.#values = values
  }

  /** Whether each file has a name of its own. */
  get areUnique(): boolean {
    const format = this.#values['object.name.format']
    return format === undefined || format.includes('{offset}')
  }

  /** `kind` tells a file of keys or headers from the one of values. */
  of(place: FilePlace, kind: string, extension: string, now: number): string {
    const format = this.#values['object.name.format']
    if (format !== undefined) return this.#byFormat(format, place, now) + kind
    const { topic, partition, folder } = place
    const parts = [safeName(topic), `${partition}`, this.#padded(place.offset)]
    const file = parts.join(this.#values['file.delim'])
    return this.#below(safeName(topic), folder, `${file}${kind}${extension}`)
  }

  /** Of the record of a commit, away from what readers of the lake look at. */
  ofCommit(topic: string, partition: number, start: bigint): string {
    return this.#below('_leat', safeName(topic), `${partition}-${this.#padded(start)}.json`)
  }

  #below(...parts: readonly string[]): string {
    const { 'topics.dir': top, 'directory.delim': delimiter } = this.#values
    return [top, ...parts].filter((part) => part !== '').join(delimiter)
  }

  #byFormat(format: string, { topic, partition, offset }: FilePlace, now: number): string {
    const known: Readonly<Record<string, string>> = {
      topic: safeName(topic),
      partition: `${partition}`,
      offset: this.#padded(offset),
      date: javaDate(now),
    }
    return format.replace(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole)
  }

  #padded(offset: bigint): string {
    return `${offset}`.padStart(this.#values['filename.offset.zero.pad.width'], '0')
  }
}

/** As Java's `Date.toString()` in UTC: `Sat Aug 08 12:34:56 UTC 2020`. */
function javaDate(now: number): string {
  const [day = '', date, month, year, time] = new Date(now).toUTCString().split(' ')
  return `${day.replace(',', '')} ${month} ${date} ${time} UTC ${year}`
}
