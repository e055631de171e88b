import type { Timer } from '../base/clock.ts'
import { sentence } from './errors.ts'
import type { RetainedMessages } from './retained.ts'
import { Session, type SessionConnection, type SessionSurroundings } from './session.ts'
import type { SessionKeeper } from './session-keeper.ts'
import { clientOfName, nameOfClient } from './session-store.ts'
import { SharedGroups, type SharedGroupsOptions } from './sharing/shared-groups.ts'
import { neverExpires, type StoredSession } from './stored-session.ts'
import type { Subscription } from './subscriptions.ts'

/** All sessions, connected or not, and the groups of shared subscriptions. */
export class Sessions {
  readonly #around: SessionSurroundings
  readonly #keeper: SessionKeeper
  readonly #retained: RetainedMessages
  readonly #sessions = new Map<string, Session>()
  readonly #groups: SharedGroups
  readonly #expiries = new Map<Session, Timer>()
  #positionTimer: Timer | undefined
  #isLosing = false
  #closed = false

  constructor(
    around: Omit<SessionSurroundings, 'store'>,
    keeper: SessionKeeper,
    retained: RetainedMessages,
    side: SharedGroupsOptions['side'],
  ) {
    this.#around = { ...around, store: keeper.store }
    this.#keeper = keeper
    this.#retained = retained
    this.#groups = new SharedGroups({
      ...{ around: this.#around, side },
      failed: (...failure) => this.#failed(...failure),
    })
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Whether anybody subscribes to anything. */
  get subscribed(): boolean {
    for (const session of this.#sessions.values()) if (session.filters.size > 0) return true
    return false
  }

  get(clientId: string): Session | undefined {
    return this.#sessions.get(clientId)
  }

  /** The durable state as it is now, for rewriting it. */
  *stored(): Iterable<[name: string, session: StoredSession]> {
    for (const session of this.#sessions.values()) {
      if (session.stored) yield [session.name, session.snapshot()]
    }
    for (const group of this.#groups) {
      const snapshot = group.durable ? group.snapshot() : undefined
      if (snapshot !== undefined) yield [group.name, snapshot]
    }
  }

  /** Whose the session of this identifier is, wherever it is. */
  ownerOf(clientId: string): string | undefined {
    return (this.#sessions.get(clientId) ?? this.#keeper.find(nameOfClient(clientId)))?.owner
  }

  async load(): Promise<void> {
    const stored = await this.#keeper.load()
    for (const [name, state] of stored) {
      const clientId = clientOfName(name)
      if (clientId !== undefined) this.#restore(clientId, state)
    }
    for (const [name, state] of stored) {
      if (clientOfName(name) === undefined) this.#groups.restore(name, state)
    }
    this.#schedulePositions()
  }

  /** Before `open`: what another door has of the session comes here, with all that it knows. */
  async take(clientId: string): Promise<void> {
    const left = await this.#keeper.claim(nameOfClient(clientId))
    if (left !== undefined && !this.#sessions.has(clientId)) this.#restore(clientId, left)
  }

  /** The group of a shared subscription has another dealer, or none. */
  groupMoved(name: string): void {
    this.#groups.moved(name)
  }

  /** Its client has come to another door, which goes on with it. */
  lost(name: string): void {
    const session = this.#sessions.get(clientOfName(name) ?? '')
    if (session === undefined) return
    this.#isLosing = true
    session.stored = false
    session.connection?.takenOver()
    this.#drop(session)
    this.#isLosing = false
  }

  /** Others may have taken any of them; whose client comes back is claimed again. */
  loseAll(): void {
    for (const { name } of [...this.#sessions.values()]) this.lost(name)
  }

  /**
   * The session for a client that connects. One with a live connection loses it to the new one;
   * `cleanStart` begins anew.
   */
  async open(
    clientId: string,
    cleanStart: boolean,
    expirySeconds: number,
    connection: SessionConnection,
    owner: string | undefined,
  ): Promise<{ session: Session; present: boolean }> {
    this.#sessions.get(clientId)?.connection?.takenOver()
    // The former connection may have ended its session on the way out.
    const former = this.#sessions.get(clientId)
    if (cleanStart && former !== undefined) this.#end(former)
    const known = cleanStart ? undefined : former
    const session = known ?? new Session(clientId, this.#around)
    session.expirySeconds = expirySeconds
    session.owner = owner
    this.#sessions.set(clientId, session)
    this.#expiries.get(session)?.cancel()
    this.#expiries.delete(session)
    session.connection = connection
    session.leftAtMs = undefined
    if (session.durable) await session.save()
    else if (session.stored) await this.#forget(session)
    if (!this.#keeper.owns(session.name)) this.lost(session.name)
    return { session, present: known !== undefined }
  }

  /** The connection of a session is gone. */
  left(session: Session, connection: SessionConnection): void {
    if (session.connection !== connection) return
    session.disconnect()
    if (this.#closed || this.#isLosing || session.ended) return
    if (!session.durable) {
      this.#end(session)
      return
    }
    session.save().catch((error) => this.#failed(session, error))
    this.#expireLater(session)
  }

  /** Resolves once it is known from which offsets on; throws `MalformedPacket`. */
  async subscribe(session: Session, subscription: Subscription): Promise<void> {
    await (this.#groups.join(session, subscription) ?? session.subscribe(subscription))
  }

  /** A new subscription begins with the retained messages; a shared one has none. */
  sendRetained(session: Session, subscription: Subscription): void {
    if (session.groups.has(subscription.filter)) return
    for (const message of this.#retained.matching(subscription.filter)) {
      const { kafkaTopic } = this.#around.topicMap.destination(message.topic, session.clientId)
      if (!session.mayRead(kafkaTopic)) continue
      session.deliver(message, [subscription], undefined, 0n)
    }
  }

  topicAppeared(topic: string, partitions: readonly number[]): void {
    for (const session of this.#sessions.values()) {
      if (session.connection !== undefined) session.topicAppeared(topic, partitions)
    }
    this.#groups.topicAppeared(topic, partitions)
  }

  topicVanished(topic: string): void {
    for (const session of this.#sessions.values()) session.topicVanished(topic)
    this.#groups.topicVanished(topic)
  }

  /** Resolves when nothing of a shared subscription is under way to clients here; undefined without any. */
  drainGroups(): Promise<void> | undefined {
    return this.#groups.drain()
  }

  /** Stores where everybody is. Nothing changes any more after this. */
  async close(): Promise<void> {
    this.#closed = true
    this.#positionTimer?.cancel()
    for (const timer of this.#expiries.values()) timer.cancel()
    const durable = [...this.#sessions.values()].filter((session) => session.stored)
    await Promise.all([...durable.map((session) => session.save()), this.#groups.close()])
    for (const session of this.#sessions.values()) session.exactlyOnce.end()
    await this.#keeper.close()
  }

  #restore(clientId: string, stored: StoredSession): void {
    const session = new Session(clientId, this.#around)
    this.#sessions.set(clientId, session)
    session.restore(stored)
    for (const subscription of stored.subscriptions) {
      if (this.#groups.adopt(session, subscription)) continue
      session.filters.set(subscription.filter, subscription)
      this.#around.subscriptions.set(session, subscription)
    }
    this.#expireLater(session)
  }

  #expireLater(session: Session): void {
    const { expirySeconds, leftAtMs } = session
    if (expirySeconds === neverExpires) return
    const { clock } = this.#around
    const expiresAtMs = (leftAtMs ?? clock.now()) + expirySeconds * 1000
    const wait = () => {
      const left = expiresAtMs - clock.now()
      if (left <= 0) this.#end(session)
      // A timer may ring early where the wait is longer than timers can be.
      else this.#expiries.set(session, clock.after(left, wait))
    }
    wait()
  }

  #end(session: Session): void {
    this.#drop(session)
    this.#around.ended(session.clientId)
    this.#forget(session).catch((error) => this.#failed(session, error))
  }

  #drop(session: Session): void {
    this.#expiries.get(session)?.cancel()
    this.#expiries.delete(session)
    if (this.#sessions.get(session.clientId) === session) this.#sessions.delete(session.clientId)
    session.end(this.#isLosing)
  }

  async #forget(session: Session): Promise<void> {
    if (!session.stored) return
    session.stored = false
    await this.#around.store.remove(session.name)
  }

  #schedulePositions(): void {
    const { clock, limits } = this.#around
    this.#positionTimer = clock.after(limits.positionMs, () => {
      for (const one of this.#sessions.values()) {
        one.savePositions().catch((error) => this.#failed(one, error))
      }
      this.#groups.look()
      if (!this.#closed) this.#schedulePositions()
    })
  }

  #failed(of: { name: string }, error: unknown): void {
    this.#around.logger.warn(
      'A session could not be stored; it is tried again at its next change',
      {
        session: of.name,
        error: sentence(error),
      },
    )
  }
}
