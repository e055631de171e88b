import type { Logger } from '../base/logger.ts'
import { hasWildcards, matches } from '../protocols/mqtt/index.ts'
import { mqttError } from './errors.ts'
import { FollowedTopic } from './followed-topic.ts'
import type { KafkaRecord } from './kafka.ts'
import { headersOf, type Message, messageOf, type Publication, propertiesNow } from './message.ts'
import type { StateRecord } from './state-partition.ts'
import { StateTopic, type StateTopicOptions } from './state-topic.ts'

const topicName = '__mqtt_retained'

interface RetainedOptions extends Omit<StateTopicOptions, 'name' | 'live' | 'apply'> {
  /** The name of this door, where others stand before the same log. */
  readonly door: string | undefined
  readonly mostMessages: number
  readonly mostBytes: number
}

/** The last retained message of each MQTT topic, in memory and in the topic `__mqtt_retained`. */
export class RetainedMessages {
  readonly #options: RetainedOptions
  readonly #topic: StateTopic | FollowedTopic
  readonly #messages = new Map<string, { message: Message; record: StateRecord }>()
  readonly #logger: Logger
  #bytes = 0

  constructor(options: RetainedOptions) {
    this.#options = options
    this.#logger = options.logger
    const topic = {
      ...{ ...options, name: topicName },
      apply: (record: KafkaRecord) => this.#apply(record),
      live: () => [...this.#messages.values()].map(({ record }) => record),
    }
    const { door } = options
    this.#topic =
      door === undefined
        ? new StateTopic(topic)
        : new FollowedTopic({ ...topic, door, isWhole: () => true, reset: () => this.#reset() })
  }

  get size(): number {
    return this.#messages.size
  }

  async load(): Promise<void> {
    await this.#topic.load()
    this.#logger.debug('Retained messages are read', { count: this.#messages.size })
  }

  /** Throws 'too-many-retained' if there is no room for a message of this topic. */
  check(topic: string, bytes: number): void {
    const { mostMessages, mostBytes } = this.#options
    const known = this.#messages.get(topic)
    const count = this.#messages.size + (known === undefined ? 1 : 0)
    const total = this.#bytes + bytes - (known?.message.payload.length ?? 0)
    if (count > mostMessages || total > mostBytes) throw mqttError('too-many-retained', { topic })
  }

  /** Resolves once it is durable; an empty payload removes. */
  async store(publication: Publication, nowMs: number): Promise<void> {
    const { topic } = publication
    // A copy: the payload is a view of the bytes that came, which would live as long as it does.
    const payload = Buffer.from(publication.payload)
    const value = payload.length === 0 ? null : payload
    if (value === null && !this.#messages.has(topic)) return
    const headers = headersOf({ ...publication, signed: false }, false)
    const record = { key: topic, value, headers }
    this.#set(
      topic,
      messageOf({ ...record, key: null, offset: 0n, timestamp: BigInt(nowMs) }, topic),
      record,
    )
    await this.#topic.write(record)
  }

  *matching(filter: string): Iterable<Message> {
    const now = this.#options.clock.now()
    if (!hasWildcards(filter)) {
      const found = this.#messages.get(filter)?.message
      if (found !== undefined && propertiesNow(found, now) !== undefined) yield found
      return
    }
    for (const [topic, { message }] of this.#messages) {
      if (matches(filter, topic) && propertiesNow(message, now) !== undefined) yield message
    }
  }

  async close(): Promise<void> {
    if (this.#topic instanceof FollowedTopic) await this.#topic.close()
  }

  #apply(record: KafkaRecord): void {
    const topic = record.key?.toString('utf8')
    if (topic === undefined) return
    const { value, headers } = record
    this.#set(topic, { ...messageOf(record, topic), retain: true }, { key: topic, value, headers })
  }

  #reset(): void {
    this.#messages.clear()
    this.#bytes = 0
  }

  #set(topic: string, message: Message, record: StateRecord): void {
    this.#bytes -= this.#messages.get(topic)?.message.payload.length ?? 0
    this.#messages.delete(topic)
    if (record.value === null) return
    this.#messages.set(topic, { message, record })
    this.#bytes += record.value.length
  }
}
