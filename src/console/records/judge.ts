import type { Turns } from '../../base/turns.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import type { Condition, UnderstoodRecord } from './condition.ts'
import type { Schemas } from './schemas.ts'
import { type Seen, seen, type Understood, understand } from './seen.ts'

export interface JudgeOptions {
  readonly topic: string
  /** Absent, nothing is read by a schema. */
  readonly schemas: Schemas | undefined
  /** Absent, every record is wanted. */
  readonly condition: Condition | undefined
  /** So many of each key, value and header are told. */
  readonly characters: number
  /** Shared by all who look: whatever they ask for, the process has other things to do as well. */
  readonly turns: Turns
}

/** A record as the page gets it. */
export interface SeenRecord {
  readonly partition: number
  readonly offset: string
  /** Milliseconds since the epoch; -1 where the producer gave none. */
  readonly timestamp: number
  readonly key: Seen
  readonly value: Seen
  readonly headers: readonly (readonly [name: string, value: Seen])[]
}

type Verdicts = readonly (SeenRecord | undefined)[]

/** Of a record; the others are not told. */
const mostHeaders = 1000

/** Looks at records, and tells those that are wanted. */
export class Judge {
  readonly #options: JudgeOptions
  /** Records of which the condition could not say whether they are wanted, and why of the first. */
  failed = 0
  problem: string | undefined

  constructor(options: JudgeOptions) {
    this.#options = options
  }

  /** What each is told as, undefined where it is not wanted. Throws 'filter-too-slow'. */
  async tell(partition: number, records: readonly Record[]): Promise<Verdicts> {
    return await this.#options.turns.take(() => this.#tell(partition, records))
  }

  async #tell(partition: number, records: readonly Record[]): Promise<Verdicts> {
    const { topic, condition } = this.#options
    const understood: UnderstoodRecord[] = []
    for (const record of records) {
      const [key, value] = await Promise.all([this.#read(record.key), this.#read(record.value)])
      understood.push({ topic, partition, record, key, value })
    }
    const verdicts = condition?.(understood)
    return understood.map((one, index) => {
      const verdict = verdicts?.[index] ?? true
      if (verdict instanceof Error) {
        this.failed += 1
        this.problem ??= verdict.message
      }
      return verdict === true ? this.#told(one) : undefined
    })
  }

  #read(bytes: Buffer | null): Promise<Understood> | Understood {
    return this.#options.schemas?.understand(bytes) ?? understand(bytes)
  }

  #told({ partition, record, key, value }: UnderstoodRecord): SeenRecord {
    const { characters } = this.#options
    const { offset, timestamp, headers } = record
    return {
      ...{ partition, offset: `${offset}`, timestamp: Number(timestamp) },
      key: seen(key, characters),
      value: seen(value, characters),
      headers: headers
        .slice(0, mostHeaders)
        .map((header) => [header.key, seen(understand(header.value), characters)]),
    }
  }
}
