import { pause, type Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { sentence } from '../errors.ts'
import type { KafkaFetcher, KafkaRecord } from '../kafka.ts'
import { PlaceWaiters } from '../place-waiters.ts'
import { StatePartition, type StatePartitionOptions } from '../state-partition.ts'
import { type Word, wordOf, wordRecord } from './words.ts'

export interface NeighboursOptions extends Omit<StatePartitionOptions, 'name' | 'config'> {
  /** The name of this door. */
  readonly door: string
  readonly logger: Logger
  /** A door that says nothing for so long is taken for dead. */
  readonly silenceMs: number
}

export interface NeighboursEvents {
  readonly heard: (word: Word, by: string) => void
  /** A door that is relied on has not said anything for too long. */
  readonly silent: (door: string) => void
  /** Words of others may have been missed. */
  readonly missed: () => void
  /** Doors whose clients wait for us, or on whom ours wait. */
  readonly reliedOn: () => Iterable<string>
}

const topicName = '__mqtt_shares'
const topicConfig = {
  'cleanup.policy': 'delete',
  // What has been read is of no use; a door that is so far behind is long taken for dead.
  'retention.ms': '600000',
  // A message is handed over with a few words more than it had in its own topic.
  'max.message.bytes': `${2 ** 30}`,
}
/** So many words of our own come back while a door says nothing: that is a silence. */
const wordsOfSilence = 6
const firstRetryMs = 100
const lastRetryMs = 5000
const rememberedSilences = 100

/**
 * The doors before one cluster, talking by a topic. Each reads all of it, from the time on when it
 * first has to. Silence is counted in words of our own that came back meanwhile: where the log or
 * this process stands still, nobody is taken for dead.
 */
export class Neighbours {
  readonly door: string
  readonly #options: NeighboursOptions
  readonly #partition: StatePartition
  readonly #closing = new AbortController()
  readonly #missing = new Map<string, number>()
  readonly #silent = new Set<string>()
  readonly #waiting = new PlaceWaiters()
  readonly #saying = new Set<Promise<unknown>>()
  #events: NeighboursEvents | undefined
  #fetcher: KafkaFetcher | undefined
  #opening: Promise<void> | undefined
  #next = 0n
  #timer: Timer | undefined
  #isCalling = false
  #isStopped = false

  constructor(options: NeighboursOptions) {
    this.#options = options
    this.door = options.door
    this.#partition = new StatePartition({ ...options, name: topicName, config: topicConfig })
  }

  /** From now on events come; tries until it works, or the door closes. */
  open(events: NeighboursEvents): Promise<void> {
    this.#events = events
    this.#opening ??= this.#untilDone(() => this.#readFromEnd()).then(() => this.#callLater())
    return this.#opening
  }

  /** Resolves once all is heard that is said from now on. */
  get opened(): Promise<void> {
    return this.#opening ?? Promise.resolve()
  }

  isSilent(door: string): boolean {
    return this.#silent.has(door)
  }

  /** Resolves with its place, once others can read it. */
  async say(word: Word): Promise<bigint> {
    const said = this.#partition.append(wordRecord(word, this.door))
    this.#saying.add(said)
    try {
      return await said
    } finally {
      this.#saying.delete(said)
    }
  }

  /** For words whose loss the next one makes good. */
  sayLater(word: Word): void {
    this.say(word).catch((error) => {
      this.#options.logger.warn('Another MQTT door could not be told something', {
        about: word.kind,
        error: sentence(error),
      })
    })
  }

  /** Resolves when all that was said up to this place is heard, or the door closes. */
  async heardTo(offset: bigint): Promise<void> {
    if (this.#next > offset || this.#closing.signal.aborted) return
    await this.#waiting.until(offset)
  }

  /** Resolves when all that was said so far can be read, or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#saying)
  }

  /** What is still said and heard is the last; others may take this door for dead. */
  stopCalling(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.stopCalling()
    this.#waiting.release()
    await this.settled()
    await this.#fetcher?.close()
  }

  async #readFromEnd(): Promise<void> {
    if (!(await this.#partition.exists())) await this.#partition.create()
    this.#next = await this.#partition.offset('latest')
    if (this.#closing.signal.aborted) return
    this.#fetcher ??= this.#options.kafka.fetcher({
      maxWaitMs: 100,
      onRecords: (_topic, _partition, records) => {
        for (const record of records) this.#take(record)
      },
      onError: (error) => void this.#readAnew(error),
    })
    this.#fetcher.assign(topicName, 0, this.#next)
  }

  async #readAnew(error: unknown): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#options.logger.warn('What other MQTT doors say could not be read; going on at the end', {
      error: sentence(error),
    })
    this.#fetcher?.unassign(topicName, 0)
    await this.#untilDone(() => this.#readFromEnd())
    // What we said ourselves may not come back either.
    this.#isCalling = false
    this.#waiting.release()
    this.#events?.missed()
  }

  async #untilDone(work: () => Promise<void>): Promise<void> {
    const { clock, logger } = this.#options
    const { signal } = this.#closing
    for (let wait = firstRetryMs; !signal.aborted; wait = Math.min(wait * 2, lastRetryMs)) {
      try {
        await work()
        return
      } catch (error) {
        if (signal.aborted) return
        logger.warn('Other MQTT doors cannot be heard yet; shared subscriptions wait for that', {
          ...{ topic: topicName, error: sentence(error) },
        })
        await pause(wait, { clock, signal })
      }
    }
  }

  #take(record: KafkaRecord): void {
    if (record.offset < this.#next) return
    this.#next = record.offset + 1n
    const said = wordOf(record)
    if (said !== undefined) {
      const isOwn = said.by === this.door
      if (isOwn && said.word.kind === 'here') this.#count()
      // What is done counts by its place among what others say.
      else if (!isOwn || said.word.kind === 'done') this.#events?.heard(said.word, said.by)
      this.#missing.delete(said.by)
      this.#silent.delete(said.by)
    }
    this.#waiting.reached(this.#next)
  }

  #callLater(): void {
    if (this.#isStopped) return
    const { clock, silenceMs } = this.#options
    this.#timer = clock.after(silenceMs / wordsOfSilence, () => {
      this.#call()
      this.#callLater()
    })
  }

  /** Says that we are here, where that matters to anybody. */
  #call(): void {
    const relied = new Set(this.#events?.reliedOn())
    for (const door of this.#missing.keys()) if (!relied.has(door)) this.#missing.delete(door)
    if (relied.size === 0 || this.#isCalling) return
    this.#isCalling = true
    this.say({ kind: 'here' }).catch(() => {
      this.#isCalling = false
    })
  }

  #count(): void {
    this.#isCalling = false
    for (const door of new Set(this.#events?.reliedOn())) {
      const missing = (this.#missing.get(door) ?? 0) + 1
      this.#missing.set(door, missing)
      if (missing < wordsOfSilence) continue
      this.#missing.delete(door)
      this.#silence(door)
    }
  }

  #silence(door: string): void {
    this.#options.logger.warn('Another MQTT door is silent; it is taken for dead', { door })
    this.#silent.add(door)
    const [oldest] = this.#silent
    if (this.#silent.size > rememberedSilences && oldest !== undefined) this.#silent.delete(oldest)
    this.#events?.silent(door)
  }
}
