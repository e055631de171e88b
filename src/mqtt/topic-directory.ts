import { type Clock, pause, type Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { mqttError, sentence } from './errors.ts'
import type { Kafka, KafkaTopic } from './kafka.ts'

export interface TopicDirectoryOptions {
  readonly kafka: Kafka
  readonly clock: Clock
  readonly logger: Logger
  readonly mostTopics: number
  readonly refreshMs: number
  readonly createMs: number
  /** Whether somebody wants to know of topics that appear. */
  readonly wanted: () => boolean
  /** Partitions that were not there before, or are there no more. */
  readonly appeared: (topic: string, partitions: readonly number[]) => void
  readonly vanished: (topic: string) => void
}

const createPauseMs = 50

/** The Kafka topics there are, with their partitions, kept fresh; makes those that publishes need. */
export class TopicDirectory {
  readonly #options: TopicDirectoryOptions
  readonly #known = new Map<string, { id: string | undefined; partitions: number }>()
  readonly #creating = new Map<string, Promise<void>>()
  #timer: Timer | undefined
  #closed = false

  constructor(options: TopicDirectoryOptions) {
    this.#options = options
  }

  get names(): readonly string[] {
    return [...this.#known.keys()]
  }

  partitions(topic: string): number | undefined {
    return this.#known.get(topic)?.partitions
  }

  async load(): Promise<void> {
    this.#learnAll(await this.#options.kafka.topics())
    this.#schedule()
  }

  /** Resolves once the topic is there; throws 'too-many-topics' or 'topic-not-available'. */
  ensure(topic: string): Promise<void> {
    if (this.#known.has(topic)) return Promise.resolve()
    let creating = this.#creating.get(topic)
    if (creating === undefined) {
      creating = this.#create(topic).finally(() => this.#creating.delete(topic))
      this.#creating.set(topic, creating)
    }
    return creating
  }

  /** A write found no such topic: the next one looks again. */
  forget(topic: string): void {
    if (this.#known.delete(topic)) this.#options.vanished(topic)
  }

  close(): void {
    this.#closed = true
    this.#timer?.cancel()
  }

  async #create(topic: string): Promise<void> {
    const { kafka, clock, createMs, mostTopics } = this.#options
    const until = clock.now() + createMs
    // It may have been made by others since: only what is not there counts against the limit.
    let create = false
    for (;;) {
      const [found] = await kafka.topics([topic], { create })
      if (found !== undefined && isUsable(found)) {
        this.#learn(found)
        return
      }
      if (!create && this.#known.size + this.#creating.size > mostTopics) {
        throw mqttError('too-many-topics', { topic, limit: mostTopics })
      }
      if (clock.now() >= until || this.#closed) {
        throw mqttError('topic-not-available', { topic }, { cause: found?.error })
      }
      if (create) await pause(createPauseMs, { clock })
      create = true
    }
  }

  #schedule(): void {
    if (this.#closed) return
    this.#timer = this.#options.clock.after(this.#options.refreshMs, () => void this.#refresh())
  }

  async #refresh(): Promise<void> {
    try {
      if (this.#options.wanted()) this.#learnAll(await this.#options.kafka.topics())
    } catch (error) {
      this.#options.logger.debug('The list of topics could not be refreshed', {
        error: sentence(error),
      })
    }
    this.#schedule()
  }

  #learnAll(topics: readonly KafkaTopic[]): void {
    if (this.#closed) return
    const there = new Set(topics.map(({ name }) => name))
    for (const name of this.#known.keys()) if (!there.has(name)) this.forget(name)
    for (const topic of topics) if (isUsable(topic)) this.#learn(topic)
  }

  #learn({ name, id, partitions }: KafkaTopic): void {
    if (name.startsWith('__')) return
    const known = this.#known.get(name)
    if (known !== undefined && known.id !== id) this.forget(name)
    const before = this.#known.get(name)?.partitions ?? 0
    this.#known.set(name, { id, partitions: partitions.length })
    if (partitions.length <= before) return
    const added = Array.from({ length: partitions.length - before }, (_, index) => before + index)
    this.#options.appeared(name, added)
  }
}

function isUsable({ error, partitions }: KafkaTopic): boolean {
  return error === undefined && partitions.length > 0
}
