import { type Clock, pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Fetcher, KafkaClient, Producer } from '../../client/index.ts'
import { connectError, mayPass, sentenceOf } from '../errors.ts'

export interface StateLogOptions {
  readonly client: KafkaClient
  readonly topic: string
  /** Where it has to be made. */
  readonly partitions: number
  readonly clock: Clock
  readonly logger: Logger
  /** Called with each record, the old ones first. */
  readonly onRecord: (record: StateRecord) => void
}

export interface StateRecord {
  readonly key: string
  readonly value: Buffer | null
  readonly partition: number
  readonly offset: bigint
}

/** Each key's last record says what is true, so nothing may be deleted by age. */
const topicConfig = { 'cleanup.policy': 'compact' }
const retryMs = 500
const fetchWaitMs = 500

/** State as records of a compacted topic: read whole when it is opened, then followed. */
export class StateLog implements AsyncDisposable {
  readonly #options: StateLogOptions
  readonly #producer: Producer
  readonly #fetcher: Fetcher
  readonly #positions = new Map<number, bigint>()
  #waiting: { readonly ends: ReadonlyMap<number, bigint>; readonly resolve: () => void }[] = []
  #failure: unknown
  #isClosed = false

  private constructor(options: StateLogOptions) {
    this.#options = options
    // A change is durable and in order before the next one is made: batches would not help.
    this.#producer = options.client.producer()
    this.#fetcher = options.client.fetcher({
      maxWaitMs: fetchWaitMs,
      reset: 'earliest',
      onRecords: (_topic, partition, records) => {
        for (const { key, value, offset } of records) {
          options.onRecord({ key: key?.toString() ?? '', value, partition, offset })
        }
      },
      onPosition: (_topic, partition, next) => this.#reached(partition, next),
      onError: (error) => this.#fail(error),
    })
  }

  /** Makes the topic where it is absent; resolves when all that was there is read. */
  static async open(options: StateLogOptions, signal: AbortSignal): Promise<StateLog> {
    const log = new StateLog(options)
    try {
      const partitions = await log.#findTopic(signal)
      for (const partition of partitions) {
        log.#positions.set(partition, 0n)
        log.#fetcher.assign(options.topic, partition, 'earliest')
      }
      await log.readToEnd()
      return log
    } catch (error) {
      await log.close()
      throw error
    }
  }

  /** Of the partition, how far it has been read. */
  position(partition: number): bigint {
    return this.#positions.get(partition) ?? 0n
  }

  get partitions(): number {
    return this.#positions.size
  }

  /** Resolves when it is as durable as the log promises, which is before it is read here. */
  async write(key: string, value: unknown, partition?: number): Promise<void> {
    const bytes = value === null ? null : Buffer.from(JSON.stringify(value))
    const { topic } = this.#options
    await this.#producer.send({ topic, partition, key: Buffer.from(key), value: bytes })
  }

  /** Resolves when all is read that was written before this call, by whomever. */
  async readToEnd(): Promise<void> {
    const { client, topic } = this.#options
    const asked = Array.from(this.#positions.keys(), (partition) => ({ topic, partition }))
    const [ends, starts] = await Promise.all([
      client.offsets(asked.map((one) => ({ ...one, at: 'latest' as const }))),
      client.offsets(asked.map((one) => ({ ...one, at: 'earliest' as const }))),
    ])
    const failed = [...ends, ...starts].find(({ error }) => error !== undefined)
    if (failed?.error !== undefined) throw failed.error
    const empty = new Set(
      ends.filter((end, index) => end.offset === starts[index]?.offset).map((end) => end.partition),
    )
    await this.#reach(
      new Map(
        ends
          .filter(({ partition }) => !empty.has(partition))
          .map(({ partition, offset }) => [partition, offset]),
      ),
    )
  }

  /** Resolves when partition 0 is read up to there. */
  async readTo(offset: bigint): Promise<void> {
    await this.#reach(new Map([[0, offset]]))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const { resolve } of this.#waiting.splice(0)) resolve()
    await Promise.all([this.#producer.close(), this.#fetcher.close()])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #reach(ends: ReadonlyMap<number, bigint>): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#isClosed || this.#hasReached(ends)) return
    await new Promise<void>((resolve) => this.#waiting.push({ ends, resolve }))
    if (this.#failure !== undefined) throw this.#failure
  }

  #reached(partition: number, next: bigint): void {
    this.#positions.set(partition, next)
    this.#waiting = this.#waiting.filter(({ ends, resolve }) => {
      if (!this.#hasReached(ends)) return true
      resolve()
      return false
    })
  }

  #hasReached(ends: ReadonlyMap<number, bigint>): boolean {
    return Array.from(ends).every(([partition, end]) => this.position(partition) >= end)
  }

  /** What passes by itself is not told: this topic cannot be read on. */
  #fail(error: unknown): void {
    this.#failure = error
    this.#options.logger.error('The state of connectors cannot be read on', {
      topic: this.#options.topic,
      error: sentenceOf(error),
    })
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  async #findTopic(signal: AbortSignal): Promise<number[]> {
    const { client, topic, partitions, clock, logger } = this.#options
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted()
      try {
        const [found] = await client.topics([topic])
        if (found?.error === undefined && found !== undefined && found.partitions.length > 0) {
          return found.partitions.map((one) => one.partition)
        }
        const [made] = await client.createTopics([{ name: topic, partitions, config: topicConfig }])
        const { error } = made ?? {}
        if (made !== undefined && error === undefined) continue
        // Another worker may have made it meanwhile, the same way.
        if (error && !error.retriable && error.code !== 'topic-already-exists') throw error
      } catch (cause) {
        const why = sentenceOf(cause)
        if (attempt % 20 === 0) logger.warn('The state of connectors is not there yet', { why })
        if (!mayPass(cause)) {
          throw connectError('topic-not-there', { topic, why }, { cause })
        }
      }
      await pause(retryMs, { clock, signal })
    }
  }
}
