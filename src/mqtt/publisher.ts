import type { Clock } from '../base/clock.ts'
import { isError, LeatError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { partitionOfKey } from '../client/index.ts'
import { deadLetter } from './dead-letter.ts'
import { sentence } from './errors.ts'
import type { Feeds } from './feeds.ts'
import type { KafkaProducer } from './kafka.ts'
import { type Publication, recordOf } from './message.ts'
import type { RetainedMessages } from './retained.ts'
import type { RouteEncoder } from './route-encoder.ts'
import type { Session } from './session.ts'
import type { TopicDirectory } from './topic-directory.ts'
import type { Destination, RouteSchema, TopicMap } from './topic-map.ts'

export interface PublisherOptions {
  readonly producer: KafkaProducer
  readonly topicMap: TopicMap
  readonly directory: TopicDirectory
  readonly encoders: ReadonlyMap<RouteSchema, RouteEncoder>
  readonly retained: RetainedMessages
  readonly feeds: Feeds
  readonly clock: Clock
  readonly logger: Logger
  /** Bytes of QoS 0 on their way; beyond it messages are dropped. */
  readonly unconfirmedBytes: number
}

const goneTopic = new Set(['unknown-topic-or-partition', 'partition-unknown', 'unknown-topic-id'])

/** Takes messages into the log. What resolves is as durable as the log promises. */
export class Publisher {
  readonly #options: PublisherOptions
  #unconfirmedBytes = 0
  dropped = 0
  published = 0
  misfits = 0

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /**
   * Where a message goes, once its Kafka topic is there and its schema known; a promise only where
   * that must be waited for. Throws 'topic-cannot-be-mapped', 'too-many-topics',
   * 'topic-not-available', and what keeps a schema from being known.
   */
  destination(topic: string, clientId: string): Destination | Promise<Destination> {
    const { topicMap, directory } = this.#options
    const destination = topicMap.destination(topic, clientId)
    if (destination.schema !== undefined) return this.#withSchema(destination, destination.schema)
    if (directory.partitions(destination.kafkaTopic) !== undefined) return destination
    return directory.ensure(destination.kafkaTopic).then(() => destination)
  }

  /** The Kafka topic of an MQTT topic, whether it is there or not; undefined where there can be none. */
  kafkaTopicOf(topic: string, clientId: string): string | undefined {
    try {
      return this.#options.topicMap.destination(topic, clientId).kafkaTopic
    } catch (error) {
      if (isError(error, 'topic-cannot-be-mapped')) return undefined
      throw error
    }
  }

  #withSchema(destination: Destination, schema: RouteSchema): Destination | Promise<Destination> {
    const { directory, encoders } = this.#options
    const topics = [destination.kafkaTopic, ...(schema.errors === undefined ? [] : [schema.errors])]
    const missing = topics.filter((topic) => directory.partitions(topic) === undefined)
    const ready = encoders.get(schema)?.ready()
    if (missing.length === 0 && ready === undefined) return destination
    const waits = [ready, ...missing.map((topic) => directory.ensure(topic))]
    return Promise.all(waits).then(() => destination)
  }

  /** QoS 0: no client waits, and what does not fit is dropped. Resolves when it is off our hands. */
  publishUnconfirmed(publication: Publication, destination: Destination): Promise<void> {
    const bytes = publication.payload.length
    if (this.#unconfirmedBytes + bytes > this.#options.unconfirmedBytes) {
      this.dropped += 1
      return Promise.resolve()
    }
    this.#unconfirmedBytes += bytes
    const done = () => {
      this.#unconfirmedBytes -= bytes
    }
    return this.publish(publication, destination).then(done, (error) => {
      done()
      this.dropped += 1
      this.#options.logger.debug('A message of QoS 0 was lost', {
        topic: publication.topic,
        error: sentence(error),
      })
    })
  }

  /** QoS 1, and QoS 2 of clients that have no durable session: in the log when it resolves. */
  async publish(asked: Publication, wanted: Destination): Promise<void> {
    const { producer } = this.#options
    const { publication, kafkaTopic, partition, record } = this.#letter(asked, wanted)
    const sent = producer.send({ topic: kafkaTopic, partition, ...record })
    await this.#finish(
      publication,
      kafkaTopic,
      partition,
      sent.then(({ offset }) => offset),
    )
  }

  /** QoS 2 of a durable session. */
  async publishOnce(
    session: Session,
    packetId: number,
    asked: Publication,
    wanted: Destination,
  ): Promise<void> {
    const { publication, kafkaTopic, partition, record } = this.#letter(asked, wanted)
    const written = session.exactlyOnce.write(kafkaTopic, partition, packetId, record)
    await this.#finish(publication, kafkaTopic, partition, written)
  }

  /** What is written, and where; throws 'too-many-retained' and 'payload-does-not-fit'. */
  #letter(asked: Publication, wanted: Destination) {
    const { publication, destination } = this.#fitted(asked, wanted)
    this.#checkRetained(publication)
    return {
      publication,
      kafkaTopic: destination.kafkaTopic,
      partition: this.#partition(publication, destination),
      record: recordOf(publication, destination, this.#options.clock.now()),
    }
  }

  /** The message as its route's schema has it, or a dead letter. */
  #fitted(publication: Publication, destination: Destination) {
    const { schema } = destination
    const encoder = schema && this.#options.encoders.get(schema)
    if (encoder === undefined) return { publication, destination }
    try {
      const payload = encoder.encode(publication.topic, publication.payload)
      return { publication: { ...publication, payload }, destination }
    } catch (error) {
      if (!isError(error, 'payload-does-not-fit')) throw error
      this.misfits += 1
      if (schema?.errors === undefined) throw error
      return deadLetter(publication, destination, schema.errors, error.message)
    }
  }

  async #finish(
    publication: Publication,
    kafkaTopic: string,
    partition: number,
    written: Promise<bigint>,
  ): Promise<void> {
    const { feeds, directory, retained, clock } = this.#options
    try {
      const kept = publication.retain ? retained.store(publication, clock.now()) : undefined
      const [offset] = await Promise.all([written, kept])
      feeds.published(kafkaTopic, partition, offset)
      this.published += 1
    } catch (error) {
      // The topic may have been deleted or made anew: the next message looks again.
      if (error instanceof LeatError && goneTopic.has(error.code)) directory.forget(kafkaTopic)
      throw error
    }
  }

  #checkRetained({ topic, payload, retain }: Publication): void {
    if (retain && payload.length > 0) this.#options.retained.check(topic, payload.length)
  }

  /**
   * With a key, where Kafka's own producers put it. Without one, by the client: so the messages of
   * a client stay in order, and those of many spread.
   */
  #partition({ clientId }: Publication, { kafkaTopic, key }: Destination): number {
    const partitions = this.#options.directory.partitions(kafkaTopic) ?? 1
    return partitions === 1 ? 0 : partitionOfKey(key ?? Buffer.from(clientId), partitions)
  }
}
