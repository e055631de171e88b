import { type Cursor, partitionName } from './cursor.ts'
import { sentence } from './errors.ts'
import type { FeedOptions } from './feeds.ts'
import type { KafkaFetcher, KafkaRecord } from './kafka.ts'
import { messageOf } from './message.ts'

interface Job {
  readonly cursor: Cursor
  /** Where the shared feed is: there the reading ends. */
  readonly until: () => bigint
}

/** How long a reader waits at the end of the log before it looks again. */
const maxWaitMs = 50
const maxBytes = 262_144

/** Readers of older records, a limited number, each for one cursor at a time. */
export class CatchUp {
  readonly #options: FeedOptions
  readonly #caughtUp: (cursor: Cursor) => void
  readonly #waiting = new Map<Cursor, Job>()
  readonly #readers: Reader[] = []

  constructor(options: FeedOptions, caughtUp: (cursor: Cursor) => void) {
    this.#options = options
    this.#caughtUp = caughtUp
  }

  request(cursor: Cursor, until: () => bigint): void {
    cursor.state = 'reading'
    this.#waiting.set(cursor, { cursor, until })
    this.#startNext()
  }

  cancel(cursor: Cursor): void {
    this.#waiting.delete(cursor)
    for (const reader of this.#readers) reader.cancel(cursor)
    this.#startNext()
  }

  async close(): Promise<void> {
    this.#waiting.clear()
    await Promise.all(this.#readers.map((reader) => reader.close()))
  }

  #startNext(): void {
    for (const [cursor, job] of this.#waiting) {
      const reader = this.#idleReader()
      if (reader === undefined) return
      this.#waiting.delete(cursor)
      reader.start(job)
    }
  }

  #idleReader(): Reader | undefined {
    const idle = this.#readers.find((reader) => reader.idle)
    if (idle !== undefined || this.#readers.length >= this.#options.catchUpReaders) return idle
    const reader = new Reader(this.#options, (cursor) => {
      if (cursor?.state === 'reading') this.#caughtUp(cursor)
      this.#startNext()
    })
    this.#readers.push(reader)
    return reader
  }
}

class Reader {
  readonly #options: FeedOptions
  readonly #finished: (cursor: Cursor | undefined) => void
  readonly #fetcher: KafkaFetcher
  #job: Job | undefined

  constructor(options: FeedOptions, finished: (cursor: Cursor | undefined) => void) {
    this.#options = options
    this.#finished = finished
    this.#fetcher = options.kafka.fetcher({
      maxWaitMs,
      maxBytes,
      onRecords: (topic, partition, records) => this.#take(topic, partition, records),
      onError: (error) => void this.#restart(error),
    })
  }

  get idle(): boolean {
    return this.#job === undefined
  }

  start(job: Job): void {
    this.#job = job
    const { topic, partition, next } = job.cursor
    this.#fetcher.assign(topic, partition, next ?? 0n)
  }

  cancel(cursor: Cursor): void {
    if (this.#job?.cursor === cursor) this.#release()
  }

  async close(): Promise<void> {
    this.#job = undefined
    await this.#fetcher.close()
  }

  #take(topic: string, partition: number, records: readonly KafkaRecord[]): void {
    const job = this.#job
    if (job?.cursor.topic !== topic || job.cursor.partition !== partition) return
    const { cursor, until } = job
    const mqttTopic = this.#options.topicMap.mqttTopic(topic)
    for (const record of records) {
      if (record.offset < (cursor.next ?? 0n)) continue
      const message = messageOf(record, mqttTopic)
      const subscriptions = this.#options.subscriptions.match(message.topic).get(cursor.owner)
      if (
        subscriptions !== undefined &&
        !cursor.owner.offer(message, subscriptions, cursor, record.offset)
      ) {
        cursor.next = record.offset
        cursor.state = 'behind'
        break
      }
      if (this.#job !== job) return
      cursor.next = record.offset + 1n
    }
    if (cursor.state === 'reading' && (cursor.next ?? 0n) < until()) return
    this.#release()
    this.#finished(cursor)
  }

  #release(): void {
    const cursor = this.#job?.cursor
    this.#job = undefined
    if (cursor !== undefined) this.#fetcher.unassign(cursor.topic, cursor.partition)
  }

  /** What lay at the cursor may be deleted by now: it goes on with the oldest record there is. */
  async #restart(error: unknown): Promise<void> {
    const job = this.#job
    if (job === undefined) return
    const { topic, partition } = job.cursor
    this.#fetcher.unassign(topic, partition)
    try {
      const [start] = await this.#options.kafka.offsets([{ topic, partition, at: 'earliest' }])
      if (this.#job !== job) return
      if (
        start !== undefined &&
        start.error === undefined &&
        start.offset > (job.cursor.next ?? 0n)
      ) {
        this.#options.logger.warn('Messages were deleted before a subscriber could read them', {
          topic,
          partition,
          from: job.cursor.next,
          to: start.offset,
        })
        job.cursor.next = start.offset
      }
    } catch (cause) {
      this.#options.logger.warn('Reading older messages failed; trying again', {
        partition: partitionName(topic, partition),
        error: sentence(error),
        cause: sentence(cause),
      })
    }
    this.#options.clock.after(maxWaitMs, () => {
      if (this.#job !== job) return
      if ((job.cursor.next ?? 0n) < job.until()) this.start(job)
      else {
        this.#job = undefined
        this.#finished(job.cursor)
      }
    })
  }
}
