import type { KafkaRecord } from './kafka.ts'

interface Signed {
  readonly record: KafkaRecord
  readonly by: string | undefined
}

/** What is done with a record; a copy tells what was true, whoever has written since. */
export type Apply = (record: KafkaRecord, by: string | undefined, isCopy: boolean) => void

/**
 * A topic read from its start, where rewriting may have deleted the records that others build on. So
 * what comes for a key waits for the copy, which tells what was true at its place, or for the end:
 * then there is none, because nothing was deleted.
 */
export class FirstReading {
  readonly #from: bigint
  readonly #isWhole: (record: KafkaRecord) => boolean
  readonly #apply: Apply
  /** Keys whose copy was met. */
  readonly #known = new Set<string>()
  readonly #copies = new Map<string, Signed[]>()
  readonly #waiting = new Map<string, Signed[]>()

  /** `from` is where the topic begins. */
  constructor(from: bigint, isWhole: (record: KafkaRecord) => boolean, apply: Apply) {
    this.#from = from
    this.#isWhole = isWhole
    this.#apply = apply
  }

  take(record: KafkaRecord, by: string | undefined): void {
    const key = `${record.key}`
    if (this.#known.has(key)) this.#apply(record, by, false)
    else keep(this.#waiting, key, { record, by })
  }

  /** Of a key what is whole comes last. `at` is the place that it is true for. */
  takeCopy(record: KafkaRecord, by: string | undefined, at: bigint): void {
    const key = `${record.key}`
    // What came between an older copy and the beginning is deleted; then there is a newer copy.
    if (at < this.#from || this.#known.has(key)) return
    if (!this.#isWhole(record)) {
      keep(this.#copies, key, { record, by })
      return
    }
    this.#known.add(key)
    for (const one of [{ record, by }, ...taken(this.#copies, key)]) {
      this.#apply(one.record, one.by, true)
    }
    for (const one of taken(this.#waiting, key)) {
      if (one.record.offset >= at) this.#apply(one.record, one.by, false)
    }
  }

  finish(): void {
    for (const key of [...this.#waiting.keys()]) {
      for (const { record, by } of taken(this.#waiting, key)) this.#apply(record, by, false)
    }
  }
}

function keep(map: Map<string, Signed[]>, key: string, one: Signed): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [one])
  else known.push(one)
}

function taken(map: Map<string, Signed[]>, key: string): Signed[] {
  const found = map.get(key) ?? []
  map.delete(key)
  return found
}
