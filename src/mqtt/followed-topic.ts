import { pause } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { mqttError, sentence } from './errors.ts'
import { type Apply, FirstReading } from './first-reading.ts'
import type { Header, KafkaFetcher, KafkaRecord } from './kafka.ts'
import { PlaceWaiters } from './place-waiters.ts'
import {
  bytesOf,
  StatePartition,
  type StatePartitionOptions,
  type StateRecord,
} from './state-partition.ts'

export interface FollowedTopicOptions extends StatePartitionOptions {
  /** The name of this door among those that write to the topic. */
  readonly door: string
  /** Bytes written since the last rewriting that make the next one worth its while. */
  readonly garbageBytes: number
  /** Nothing is known: all is read anew. */
  readonly reset: () => void
  /** The next record, and the door that wrote it; doors with a log of their own do not say. */
  readonly apply: Apply
  /** Whether a record says all that there is to know of its key. */
  readonly isWhole: (record: KafkaRecord) => boolean
  /** What is true by all records so far, with whose it is; of each key what is whole comes last. */
  readonly live: () => Iterable<StateRecord & { readonly of?: string | undefined }>
  /** Others have deleted what was not read yet: nobody knows what it said. */
  readonly missed?: () => void
  readonly logger: Logger
}

const doorHeader = 'leat.mqtt.door'
const copyHeader = 'leat.mqtt.copy'
const retryMs = 500

/**
 * State that several doors keep in one topic. Every door reads all of it and goes on reading: the
 * place of a record in the topic decides, for all doors the same way.
 *
 * Any door may rewrite it: it copies what was true at one place behind what others write meanwhile,
 * and the next time deletes what is before that place. A copy counts only for whom the original is gone.
 */
export class FollowedTopic {
  readonly #options: FollowedTopicOptions
  readonly #partition: StatePartition
  readonly #closing = new AbortController()
  readonly #waiting = new PlaceWaiters()
  #fetcher: KafkaFetcher | undefined
  #reading: (FirstReading & { end: bigint; done: PromiseWithResolvers<void> }) | undefined
  /** Of the next record to come. */
  #next = 0n
  #garbageBytes = 0
  #rewriting = false
  #superseded: bigint | undefined

  constructor(options: FollowedTopicOptions) {
    this.#options = options
    this.#partition = new StatePartition(options)
  }

  /** Makes the topic where it is absent; resolves when all that was there is read. */
  async load(): Promise<void> {
    if (!(await this.#partition.exists())) await this.#partition.create()
    const [from, end] = [
      await this.#partition.offset('earliest'),
      await this.#partition.offset('latest'),
    ]
    const { kafka, name, reset, isWhole, apply } = this.#options
    reset()
    this.#next = from
    this.#garbageBytes = 0
    const done = Promise.withResolvers<void>()
    this.#reading = Object.assign(new FirstReading(from, isWhole, apply), { end, done })
    this.#fetcher ??= kafka.fetcher({
      maxWaitMs: 100,
      onRecords: (_topic, _partition, records) => {
        for (const record of records) this.#take(record)
      },
      onError: (error) => this.#fail(error),
    })
    this.#fetcher.assign(name, 0, from)
    if (from >= end) this.#finishReading()
    await done.promise
  }

  /** Resolves with its place, once the record is as durable as the log promises. */
  async write(record: StateRecord): Promise<bigint> {
    const offset = await this.#partition.append(signed(record, doorHeader, this.#options.door))
    if (this.#garbageBytes > this.#options.garbageBytes) void this.#rewrite()
    return offset
  }

  /** Resolves when the record at this place, and all before it, are applied. */
  async readTo(offset: bigint): Promise<void> {
    if (this.#next > offset && this.#reading === undefined) return
    this.#closing.signal.throwIfAborted()
    await this.#waiting.until(offset)
  }

  async close(): Promise<void> {
    const { name } = this.#options
    const closed = mqttError('topic-not-available', { topic: name })
    this.#closing.abort(closed)
    this.#waiting.refuse(closed)
    this.#reading?.done.reject(closed)
    await this.#fetcher?.close()
  }

  #take(whole: KafkaRecord): void {
    if (whole.offset < this.#next) return
    const { record, by, copiedAt } = unsigned(whole)
    this.#next = whole.offset + 1n
    this.#garbageBytes = copiedAt === undefined ? this.#garbageBytes + bytesOf(record) : 0
    const reading = this.#reading
    if (reading === undefined) {
      if (copiedAt === undefined) this.#options.apply(record, by, false)
      this.#waiting.reached(this.#next)
      return
    }
    if (copiedAt === undefined) reading.take(record, by)
    else reading.takeCopy(record, by, copiedAt)
    if (this.#next >= reading.end) this.#finishReading()
  }

  #finishReading(): void {
    const reading = this.#reading
    this.#reading = undefined
    reading?.finish()
    reading?.done.resolve()
    this.#waiting.reached(this.#next)
  }

  #fail(error: unknown): void {
    if (this.#closing.signal.aborted) return
    if (this.#reading !== undefined) {
      this.#reading.done.reject(error)
      return
    }
    const { name: topic, logger, missed } = this.#options
    missed?.()
    logger.warn('A state topic could not be read on; it is read anew', {
      topic,
      error: sentence(error),
    })
    void this.#loadAgain()
  }

  async #loadAgain(): Promise<void> {
    const { clock, logger, name: topic } = this.#options
    const { signal } = this.#closing
    for (;;) {
      try {
        await this.load()
        return
      } catch (error) {
        if (signal.aborted) return
        logger.debug('A state topic cannot be read yet', { topic, error: sentence(error) })
        await pause(retryMs, { clock, signal })
      }
    }
  }

  async #rewrite(): Promise<void> {
    if (this.#rewriting || this.#reading !== undefined) return
    this.#rewriting = true
    const { live, logger, name: topic } = this.#options
    try {
      const before = this.#next
      this.#garbageBytes = 0
      const copies = Array.from(live(), (one) =>
        signed(one, copyHeader, `${before} ${one.of ?? ''}`),
      )
      await Promise.all(copies.map((copy) => this.#partition.append(copy)))
      // Until the next time the others may still read what was superseded by this one.
      const deletable = this.#superseded
      this.#superseded = before
      if (deletable !== undefined) await this.#partition.deleteBefore(deletable)
    } catch (error) {
      logger.warn('Rewriting a state topic failed; it stays as long as it is for now', {
        topic,
        error: sentence(error),
      })
    } finally {
      this.#rewriting = false
    }
  }
}

function signed({ key, value, headers = [] }: StateRecord, name: string, door: string) {
  const header: Header = { key: name, value: Buffer.from(door) }
  return { key, value, headers: [...headers, header] }
}

/** The record as it was written, without what says by whom. */
function unsigned(record: KafkaRecord): {
  readonly record: KafkaRecord
  readonly by?: string | undefined
  readonly copiedAt?: bigint
} {
  const header = record.headers.find(({ key }) => key === doorHeader || key === copyHeader)
  if (header === undefined) return { record }
  const plain = { ...record, headers: record.headers.filter((one) => one !== header) }
  const text = `${header.value ?? ''}`
  if (header.key === doorHeader) return { record: plain, by: text }
  const [at = '', of = ''] = text.split(' ')
  return { record: plain, by: of === '' ? undefined : of, copiedAt: BigInt(at) }
}
