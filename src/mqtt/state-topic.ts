import type { Logger } from '../base/logger.ts'
import { sentence } from './errors.ts'
import type { KafkaRecord } from './kafka.ts'
import {
  bytesOf,
  StatePartition,
  type StatePartitionOptions,
  type StateRecord,
} from './state-partition.ts'

export interface StateTopicOptions extends StatePartitionOptions {
  /** Bytes written since the last rewriting that make the next one worth its while. */
  readonly garbageBytes: number
  /** Every record there is, oldest first, at the start. */
  readonly apply: (record: KafkaRecord) => void
  /** Everything that is true now: with these records alone the state could be read again. */
  readonly live: () => Iterable<StateRecord>
  readonly logger: Logger
}

/**
 * State of the door as records of a topic of one partition, in the order in which it changed.
 * It is read once at the start. Once enough of it is superseded, what is live is written again and
 * everything before that is deleted.
 */
export class StateTopic {
  readonly #options: StateTopicOptions
  readonly #partition: StatePartition
  #created: Promise<void> | undefined
  #writtenBytes = 0
  #liveBytes = 0
  #rewriting = false

  constructor(options: StateTopicOptions) {
    this.#options = options
    this.#partition = new StatePartition(options)
  }

  /** Hands on every record there is; a topic that is not there has none. */
  async load(): Promise<void> {
    const { kafka, name, apply } = this.#options
    if (!(await this.#partition.exists())) return
    this.#created = Promise.resolve()
    const from = await this.#partition.offset('earliest')
    const end = await this.#partition.offset('latest')
    if (from >= end) return
    await new Promise<void>((resolve, reject) => {
      const fetcher = kafka.fetcher({
        maxWaitMs: 100,
        onRecords: (_topic, _partition, records) => {
          for (const record of records) {
            if (record.offset >= end) continue
            this.#writtenBytes += bytesOf(record)
            apply(record)
          }
          if ((records.at(-1)?.offset ?? -1n) + 1n < end) return
          fetcher.close().then(resolve, reject)
        },
        onError: (error) => {
          fetcher.close().then(() => reject(error), reject)
        },
      })
      fetcher.assign(name, 0, from)
    })
  }

  /** Resolves once the record is as durable as the log promises; records stay in order. */
  async write(record: StateRecord): Promise<void> {
    this.#created ??= this.#partition.create()
    try {
      await this.#created
    } catch (error) {
      this.#created = undefined
      throw error
    }
    await this.#append(record)
    if (this.#writtenBytes - this.#liveBytes > this.#options.garbageBytes) void this.#rewrite()
  }

  #append(record: StateRecord): Promise<bigint> {
    this.#writtenBytes += bytesOf(record)
    return this.#partition.append(record)
  }

  /** Writes what is live behind the old records, then lets go of those. */
  async #rewrite(): Promise<void> {
    if (this.#rewriting) return
    this.#rewriting = true
    const { name, logger } = this.#options
    try {
      this.#writtenBytes = 0
      const written = [...this.#options.live()].map((record) => this.#append(record))
      this.#liveBytes = this.#writtenBytes
      const [first = await this.#partition.offset('latest')] = await Promise.all(written)
      await this.#partition.deleteBefore(first)
    } catch (error) {
      logger.warn('Rewriting a state topic failed; it stays as long as it is for now', {
        topic: name,
        error: sentence(error),
      })
    } finally {
      this.#rewriting = false
    }
  }
}
