import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { CatchUp } from './catch-up.ts'
import { type Cursor, partitionName, type Subscriber } from './cursor.ts'
import { sentence } from './errors.ts'
import type { Kafka, KafkaFetcher, KafkaRecord } from './kafka.ts'
import { messageOf } from './message.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { TopicMap } from './topic-map.ts'

interface Feed {
  readonly topic: string
  readonly partition: number
  /** All cursors here, also those that are behind. */
  readonly members: Set<Cursor>
  readonly live: Set<Cursor>
  /** The next record that the fetcher brings. */
  next: bigint
  /** Behind the last record that this door has published itself. */
  published: bigint
  opened: Promise<void>
}

export interface FeedOptions {
  readonly kafka: Kafka
  readonly topicMap: TopicMap
  readonly subscriptions: Subscriptions<Subscriber>
  readonly clock: Clock
  readonly logger: Logger
  readonly catchUpReaders: number
}

/** A partition that somebody subscribes to anew waits so long for the fetch under way. */
const maxWaitMs = 100
const firstRetryMs = 100
const lastRetryMs = 5000

/**
 * The tail of each Kafka partition that somebody subscribes to, read once for all. A subscriber
 * without room is left behind, and reads the log at its own pace until it has caught up: a slow one
 * slows only itself.
 */
export class Feeds {
  readonly #options: FeedOptions
  readonly #feeds = new Map<string, Feed>()
  readonly #fetcher: KafkaFetcher
  readonly #catchUp: CatchUp
  readonly #retries = new Set<Timer>()
  #closed = false

  constructor(options: FeedOptions) {
    this.#options = options
    this.#fetcher = options.kafka.fetcher({
      maxWaitMs,
      onRecords: (topic, partition, records) => this.#dispatch(topic, partition, records),
      onError: (error, topic, partition) => this.#lost(error, topic, partition),
    })
    this.#catchUp = new CatchUp(options, (cursor) => this.#admit(cursor))
  }

  /**
   * Lets a cursor flow; resolved once it is known where it stands. The subscriber may have been
   * away: then it gets of what came in the meantime only what is kept for it.
   */
  async join(cursor: Cursor, subscriber: 'here' | 'back'): Promise<void> {
    const feed = this.#feedOf(cursor)
    feed.members.add(cursor)
    await feed.opened
    if (!feed.members.has(cursor) || !this.#isOpen(feed)) return
    const end = greater(feed.next, feed.published)
    if (cursor.next === undefined) cursor.next = end
    else if (subscriber === 'back') cursor.liveFrom = end
    this.#admit(cursor)
  }

  leave(cursor: Cursor): void {
    const name = partitionName(cursor.topic, cursor.partition)
    const feed = this.#feeds.get(name)
    cursor.state = 'away'
    this.#catchUp.cancel(cursor)
    feed?.live.delete(cursor)
    if (feed?.members.delete(cursor) && feed.members.size === 0) {
      this.#feeds.delete(name)
      this.#fetcher.unassign(feed.topic, feed.partition)
    }
  }

  /** A cursor that was left behind has room again. */
  resume(cursor: Cursor): void {
    if (cursor.state === 'behind') this.#admit(cursor)
  }

  /** A record of this door is in the log: who subscribes from now on does not get it. */
  published(topic: string, partition: number, offset: bigint): void {
    const feed = this.#feeds.get(partitionName(topic, partition))
    if (feed !== undefined && feed.published <= offset) feed.published = offset + 1n
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#retries) timer.cancel()
    await Promise.all([this.#fetcher.close(), this.#catchUp.close()])
  }

  #feedOf({ topic, partition }: Cursor): Feed {
    const name = partitionName(topic, partition)
    const known = this.#feeds.get(name)
    if (known !== undefined) return known
    const feed: Feed = {
      topic,
      partition,
      members: new Set(),
      live: new Set(),
      next: 0n,
      published: 0n,
      opened: Promise.resolve(),
    }
    this.#feeds.set(name, feed)
    feed.opened = this.#open(feed, firstRetryMs)
    return feed
  }

  async #open(feed: Feed, retryMs: number): Promise<void> {
    const { topic, partition } = feed
    try {
      const [end] = await this.#options.kafka.offsets([{ topic, partition, at: 'latest' }])
      if (end === undefined || end.error !== undefined) throw end?.error ?? new Error('no answer')
      if (!this.#isOpen(feed)) return
      feed.next = end.offset
      for (const cursor of feed.members) {
        // Ahead of the end there is nothing to be: the topic was made anew, and begins again.
        if (cursor.next !== undefined && cursor.next > end.offset) cursor.rewind(0n)
      }
      this.#fetcher.assign(topic, partition, end.offset)
    } catch (error) {
      if (!this.#isOpen(feed)) return
      this.#options.logger.warn('The end of a partition is not known yet; asking again', {
        topic,
        partition,
        error: sentence(error),
      })
      await this.#pause(retryMs)
      await this.#open(feed, Math.min(retryMs * 2, lastRetryMs))
    }
  }

  #isOpen(feed: Feed): boolean {
    return !this.#closed && this.#feeds.get(partitionName(feed.topic, feed.partition)) === feed
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(ms, () => {
        this.#retries.delete(timer)
        resolve()
      })
      this.#retries.add(timer)
    })
  }

  #admit(cursor: Cursor): void {
    const feed = this.#feeds.get(partitionName(cursor.topic, cursor.partition))
    if (feed === undefined || cursor.next === undefined || !feed.members.has(cursor)) return
    if (cursor.next >= feed.next) {
      cursor.state = 'live'
      feed.live.add(cursor)
    } else {
      this.#catchUp.request(cursor, () => feed.next)
    }
  }

  #dispatch(topic: string, partition: number, records: readonly KafkaRecord[]): void {
    const name = partitionName(topic, partition)
    const feed = this.#feeds.get(name)
    if (feed === undefined) return
    const mqttTopic = this.#options.topicMap.mqttTopic(topic)
    for (const record of records) {
      if (record.offset < feed.next) continue
      if (feed.live.size > 0) this.#distribute(feed, name, record, mqttTopic)
      feed.next = record.offset + 1n
    }
    for (const cursor of feed.live) {
      if (cursor.next === undefined || cursor.next < feed.next) cursor.next = feed.next
    }
  }

  #distribute(feed: Feed, name: string, record: KafkaRecord, mqttTopic: string): void {
    const { offset } = record
    const message = messageOf(record, mqttTopic)
    for (const [subscriber, subscriptions] of this.#options.subscriptions.match(message.topic)) {
      const cursor = subscriber.cursorAt(name)
      if (cursor?.state !== 'live' || (cursor.next ?? 0n) > offset) continue
      if (subscriber.offer(message, subscriptions, cursor, offset)) continue
      cursor.next = offset
      cursor.state = 'behind'
      feed.live.delete(cursor)
    }
  }

  #lost(error: unknown, topic: string, partition: number): void {
    const feed = this.#feeds.get(partitionName(topic, partition))
    if (feed === undefined || this.#closed) return
    this.#options.logger.warn(
      'Reading a partition for subscribers failed; starting anew at its end',
      {
        topic,
        partition,
        error: sentence(error),
      },
    )
    this.#fetcher.unassign(topic, partition)
    feed.opened = this.#pause(firstRetryMs)
      .then(() => this.#open(feed, firstRetryMs))
      .then(() => this.#readmit(feed))
  }

  /** Those who were live read what lies between where they are and where the feed goes on. */
  #readmit(feed: Feed): void {
    for (const cursor of [...feed.live]) {
      feed.live.delete(cursor)
      this.#admit(cursor)
    }
  }
}

function greater(one: bigint, other: bigint): bigint {
  return one > other ? one : other
}
