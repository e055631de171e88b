import { type Clock, pause } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { mqttError, sentence } from './errors.ts'
import type { Header, Kafka, KafkaProducer, KafkaRecord } from './kafka.ts'

export interface StateRecord {
  readonly key: string
  readonly value: Buffer | null
  readonly headers?: readonly Header[]
}

export interface StateTopicOptions {
  readonly kafka: Kafka
  readonly producer: KafkaProducer
  readonly name: string
  /** Bytes written since the last rewriting that make the next one worth its while. */
  readonly garbageBytes: number
  /** Everything that is true now: with these records alone the state could be read again. */
  readonly live: () => Iterable<StateRecord>
  readonly clock: Clock
  readonly logger: Logger
}

/** Kept until we delete them ourselves, whatever the defaults of the broker are. */
const topicConfig = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
}
const createAttempts = 50
const createPauseMs = 100

/**
 * State of the door as records of a topic of one partition, in the order in which it changed.
 * It is read once at the start. Once enough of it is superseded, what is live is written again and
 * everything before that is deleted.
 */
export class StateTopic {
  readonly #options: StateTopicOptions
  #created: Promise<void> | undefined
  #writtenBytes = 0
  #liveBytes = 0
  #rewriting = false

  constructor(options: StateTopicOptions) {
    this.#options = options
  }

  /** Hands on every record there is, oldest first; a topic that is not there has none. */
  async load(apply: (record: KafkaRecord) => void): Promise<void> {
    const { kafka, name } = this.#options
    if (!(await this.#exists())) return
    this.#created = Promise.resolve()
    const from = await this.#offset('earliest')
    const end = await this.#offset('latest')
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
    this.#created ??= this.#create()
    try {
      await this.#created
    } catch (error) {
      this.#created = undefined
      throw error
    }
    await this.#append(record)
    if (this.#writtenBytes - this.#liveBytes > this.#options.garbageBytes) void this.#rewrite()
  }

  async #append(record: StateRecord): Promise<bigint> {
    const { producer, clock, name } = this.#options
    this.#writtenBytes += bytesOf(record)
    const { offset } = await producer.send({
      topic: name,
      partition: 0,
      key: Buffer.from(record.key),
      value: record.value,
      headers: record.headers ?? [],
      timestamp: BigInt(clock.now()),
    })
    return offset
  }

  /** Writes what is live behind the old records, then lets go of those. */
  async #rewrite(): Promise<void> {
    if (this.#rewriting) return
    this.#rewriting = true
    const { kafka, name, logger } = this.#options
    try {
      this.#writtenBytes = 0
      const written = [...this.#options.live()].map((record) => this.#append(record))
      this.#liveBytes = this.#writtenBytes
      const [first = await this.#offset('latest')] = await Promise.all(written)
      await kafka.deleteRecords(name, 0, first)
    } catch (error) {
      logger.warn('Rewriting a state topic failed; it stays as long as it is for now', {
        topic: name,
        error: sentence(error),
      })
    } finally {
      this.#rewriting = false
    }
  }

  async #create(): Promise<void> {
    const { kafka, name, clock } = this.#options
    const [made] = await kafka.createTopics([{ name, partitions: 1, config: topicConfig }])
    // Whoever made it before us made it the same way; what passes by itself shows below.
    const { error } = made ?? {}
    if (error && !error.retriable && error.code !== 'topic-already-exists') throw error
    for (let attempt = 0; attempt < createAttempts; attempt++) {
      if (await this.#exists()) return
      await pause(createPauseMs, { clock })
    }
    throw mqttError('topic-not-available', { topic: name })
  }

  async #exists(): Promise<boolean> {
    const { kafka, name } = this.#options
    const [topic] = await kafka.topics([name])
    // Whatever else is wrong passes: to take it for an empty topic would be to forget all in it.
    const { error } = topic ?? {}
    if (error !== undefined && error.code !== 'unknown-topic-or-partition') throw error
    return error === undefined && (topic?.partitions.length ?? 0) > 0
  }

  async #offset(at: 'earliest' | 'latest'): Promise<bigint> {
    const { kafka, name } = this.#options
    const [found] = await kafka.offsets([{ topic: name, partition: 0, at }])
    if (found === undefined || found.error !== undefined) {
      throw found?.error ?? mqttError('topic-not-available', { topic: name })
    }
    return found.offset
  }
}

function bytesOf({ key, value }: { key: string | Buffer | null; value: Buffer | null }): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + 100
}
