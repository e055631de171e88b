import type { Rights } from '../access/rights.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Qos, Will } from '../protocols/mqtt/index.ts'
import { Cursor, partitionName, type Subscriber } from './cursor.ts'
import { Cursors } from './cursors.ts'
import { ExactlyOnce } from './exactly-once.ts'
import type { Feeds } from './feeds.ts'
import type { Kafka } from './kafka.ts'
import type { MqttLimits } from './limits.ts'
import { type Message, unreadMessage } from './message.ts'
import { Outbox, type Outlet } from './outbox.ts'
import { SessionSteps } from './session-steps.ts'
import { nameOfClient, type SessionStore } from './session-store.ts'
import type { SharedGroup } from './sharing/shared-group.ts'
import { forgetCompleted, placeName, type StoredSession, sentAt } from './stored-session.ts'
import type { Subscription, Subscriptions } from './subscriptions.ts'
import type { TopicDirectory } from './topic-directory.ts'
import type { TopicMap } from './topic-map.ts'

/** What all sessions share. */
export interface SessionSurroundings {
  readonly kafka: Kafka
  readonly limits: MqttLimits
  readonly clock: Clock
  readonly logger: Logger
  readonly topicMap: TopicMap
  readonly directory: TopicDirectory
  readonly subscriptions: Subscriptions<Subscriber>
  readonly feeds: Feeds
  readonly store: SessionStore
  readonly dropped: (why: string, message: Message) => void
  /** A session is over, so its will is due. */
  readonly ended: (clientId: string) => void
}

/** A connection, as its session sees it. */
export interface SessionConnection extends Outlet {
  readonly rights: Rights
  /** Another connection has come with the same client identifier. */
  takenOver(): void
}

/**
 * What outlives a client's connection: its subscriptions, where it is in each Kafka partition, and
 * what is under way in both directions. Messages for a client that is away need no queue: they are
 * the log behind its position.
 */
export class Session implements Subscriber {
  readonly clientId: string
  readonly outbox: Outbox
  readonly exactlyOnce: ExactlyOnce
  /** QoS 2 from the client: packet identifiers that it has not released. */
  readonly taken = new Set<number>()
  /** Those of them that are on their way into the log. */
  readonly taking = new Map<number, Promise<void>>()
  /** What it subscribes to, by the filter as the client wrote it. */
  readonly filters = new Map<string, Subscription>()
  readonly groups = new Map<string, SharedGroup>()
  connection: SessionConnection | undefined
  will: Will | undefined
  /** Whose it is, where clients have to say who they are. */
  owner: string | undefined
  expirySeconds = 0
  leftAtMs: number | undefined
  /** Whether the log knows of this session. */
  stored = false
  ended = false
  readonly #around: SessionSurroundings
  readonly #cursors: Cursors
  readonly #steps: SessionSteps
  /** Messages of QoS 2 that a former process sent: place → packet identifier. */
  readonly #sentBefore = new Map<string, number>()
  #savedPositions = ''

  constructor(clientId: string, around: SessionSurroundings) {
    this.clientId = clientId
    this.#around = around
    const { kafka, clock, limits, logger } = around
    this.#steps = new SessionSteps(this, around)
    this.#cursors = new Cursors({
      ...around,
      owner: this,
      filters: () => this.#plainFilters(),
      attended: () => this.connection !== undefined,
    })
    this.exactlyOnce = new ExactlyOnce({
      kafka,
      clock,
      logger,
      intend: (intent) => this.#steps.intend(intent),
      settled: (intent, how) => this.#steps.settled(intent, how),
    })
    this.outbox = new Outbox({
      ...limits,
      now: () => clock.now(),
      recorder: this.#steps,
      hasRoom: () => this.#hasRoom(),
      dropped: around.dropped,
    })
  }

  get name(): string {
    return nameOfClient(this.clientId)
  }

  get durable(): boolean {
    return this.expirySeconds > 0
  }

  /** Whether this client must not get its own messages on some subscription. */
  get signs(): boolean {
    for (const { noLocal } of this.filters.values()) if (noLocal) return true
    return false
  }

  cursorAt(partition: string): Cursor | undefined {
    return this.#cursors.at(partition)
  }

  offer(
    message: Message,
    subscriptions: readonly Subscription[],
    cursor: Cursor,
    offset: bigint,
  ): boolean {
    const wanted = subscriptions.filter(
      ({ qos, noLocal }) =>
        !(noLocal && message.publisher === this.clientId) &&
        // Messages of QoS 0 are not kept for a client that was away.
        !(qos === 0 && offset < cursor.liveFrom),
    )
    if (wanted.length === 0 || !this.mayRead(cursor.topic)) return true
    if (!this.outbox.hasRoom) {
      this.#cursors.block(cursor)
      return false
    }
    this.deliver(message, wanted, cursor, offset)
    return true
  }

  mayRead(kafkaTopic: string): boolean {
    return this.connection?.rights.shows('Read', 'Topic', kafkaTopic) ?? true
  }

  deliver(
    message: Message,
    subscriptions: readonly Subscription[],
    cursor: Cursor | undefined,
    offset: bigint,
  ): void {
    const place = cursor && placeName(cursor.topic, cursor.partition, offset)
    if (place !== undefined && this.#steps.completedPlaces.has(place)) return
    const sentBefore = place === undefined ? undefined : this.#sentBefore.get(place)
    if (place !== undefined) this.#sentBefore.delete(place)
    cursor?.begin(offset)
    this.outbox.push({
      message,
      qos: Math.max(...subscriptions.map(({ qos }) => qos)) as Qos,
      retain:
        cursor === undefined ||
        (message.retain && subscriptions.some(({ retainAsPublished }) => retainAsPublished)),
      identifiers: subscriptions.flatMap(({ identifier }) => identifier ?? []),
      ...(cursor === undefined ? {} : { cursor }),
      offset,
      packetId: sentBefore ?? 0,
      state: 'queued',
      duplicate: sentBefore !== undefined,
    })
  }

  /** Subscribes, and resolves once it is known from which offsets on. */
  async subscribe(subscription: Subscription): Promise<void> {
    this.filters.set(subscription.filter, subscription)
    this.#around.subscriptions.set(this, subscription)
    await this.#cursors.open(undefined)
  }

  unsubscribe(filter: string): boolean {
    if (!this.filters.delete(filter)) return false
    const group = this.groups.get(filter)
    this.groups.delete(filter)
    if (group !== undefined) group.leave(this)
    else this.#around.subscriptions.remove(this, filter)
    this.#cursors.dropUnwanted()
    return true
  }

  topicAppeared(topic: string, partitions: readonly number[]): void {
    this.#cursors.topicAppeared(topic, partitions)
  }

  topicVanished(topic: string): void {
    this.#cursors.topicVanished(topic)
  }

  connect(connection: SessionConnection): void {
    this.connection = connection
    this.leftAtMs = undefined
    this.outbox.connect(connection)
    this.#cursors.joinAll('back')
    void this.#cursors.open(0n, 'back')
    for (const group of this.groups.values()) group.update()
  }

  disconnect(): void {
    this.connection = undefined
    this.leftAtMs = this.#around.clock.now()
    const unsent = this.outbox.disconnect()
    this.#cursors.leaveAll()
    for (const delivery of unsent) {
      if (delivery.cursor?.owner === this) delivery.cursor.rewind(delivery.offset)
    }
    for (const group of this.groups.values()) group.left(unsent)
  }

  /**
   * PUBREC: the client has taken a message of QoS 2; false where none is known. The client may be
   * faster than we are: what a former process sent is perhaps not read again yet.
   */
  received(packetId: number): boolean {
    for (const [place, id] of this.#sentBefore) {
      if (id !== packetId) continue
      this.#sentBefore.delete(place)
      const { topic, partition, offset } = sentAt(place)
      this.#restoreSent(packetId, topic, partition, BigInt(offset), 'sent')
      break
    }
    return this.outbox.received(packetId)
  }

  /** PUBREL: the packet identifier may come again, for another message. */
  release(packetId: number): Promise<void> | undefined {
    this.taken.delete(packetId)
    return this.#steps.released(packetId)
  }

  /** Forgets everything but what the log knows; another door may go on with it. */
  end(isMoved: boolean): void {
    this.ended = true
    this.exactlyOnce.end()
    const inflight = [...this.outbox.inflight]
    const owners = new Set(inflight.map(({ cursor }) => cursor?.owner))
    for (const owner of owners) owner?.over?.(inflight, isMoved)
    for (const filter of [...this.filters.keys()]) this.unsubscribe(filter)
  }

  snapshot(): StoredSession {
    const positions = this.#cursors.positions()
    forgetCompleted(this.#steps.completedPlaces, positions)
    const sent = new Map(
      [...this.#sentBefore].map(([place, packetId]) => [packetId, sentAt(place)]),
    )
    for (const { qos, cursor, offset, packetId, state } of this.outbox.inflight) {
      if (qos !== 2 || cursor === undefined) continue
      const { topic, partition } = cursor
      sent.set(packetId, { topic, partition, offset: `${offset}`, received: state === 'received' })
    }
    return {
      owner: this.owner,
      expirySeconds: this.expirySeconds,
      leftAtMs: this.leftAtMs,
      subscriptions: [...this.filters.values()],
      positions,
      // What is not in the log yet is taken by its intention alone: a mere name would lose it.
      taken: new Set([...this.taken].filter((packetId) => !this.taking.has(packetId))),
      intents: new Map(this.#steps.intents),
      sent,
      completed: new Set(this.#steps.completedPlaces),
    }
  }

  restore(stored: StoredSession): void {
    this.stored = true
    this.owner = stored.owner
    this.expirySeconds = stored.expirySeconds
    this.leftAtMs = stored.leftAtMs ?? this.#around.clock.now()
    for (const id of stored.taken) this.taken.add(id)
    for (const place of stored.completed) this.#steps.completedPlaces.add(place)
    this.#cursors.restore(stored.positions)
    for (const [packetId, { topic, partition, offset, received }] of stored.sent) {
      const place = placeName(topic, partition, offset)
      if (received) this.#restoreSent(packetId, topic, partition, BigInt(offset), 'received')
      else {
        this.#sentBefore.set(place, packetId)
        this.outbox.reserve(packetId)
      }
    }
  }

  async save(): Promise<void> {
    this.stored = true
    await this.#around.store.save(this.name, this.snapshot())
  }

  /** Writes the positions if they have moved since the last time. */
  async savePositions(): Promise<void> {
    if (!this.stored || this.ended) return
    const positions = this.#cursors.positions()
    const text = [...positions].join()
    if (text === this.#savedPositions) return
    this.#savedPositions = text
    forgetCompleted(this.#steps.completedPlaces, positions)
    try {
      await this.#around.store.savePositions(this.name, positions)
    } catch (error) {
      this.#savedPositions = ''
      throw error
    }
  }

  #plainFilters(): string[] {
    return [...this.filters.keys()].filter((filter) => !this.groups.has(filter))
  }

  /** A message of a former process that the client has: it need not be read again. */
  #restoreSent(
    packetId: number,
    topic: string,
    partition: number,
    offset: bigint,
    state: 'sent' | 'received',
  ): void {
    const cursor = this.#cursors.at(partitionName(topic, partition))
    this.#steps.completedPlaces.add(placeName(topic, partition, offset))
    this.outbox.restore({
      message: unreadMessage,
      qos: 2,
      retain: false,
      identifiers: [],
      cursor: cursor ?? new Cursor(this, topic, partition, offset),
      offset,
      packetId,
      state,
      duplicate: true,
    })
  }

  #hasRoom(): void {
    this.#cursors.resumeBlocked()
    for (const group of this.groups.values()) group.wake()
  }
}
