import type { Timer } from '../base/clock.ts'
import { sharedFilter } from '../protocols/mqtt/index.ts'
import { sentence } from './errors.ts'
import type { RetainedMessages } from './retained.ts'
import { Session, type SessionConnection, type SessionSurroundings } from './session.ts'
import { SharedGroup } from './shared-group.ts'
import type { StoredSession } from './stored-session.ts'
import type { Subscription } from './subscriptions.ts'

/** An expiry interval that stands for "never" (MQTT 5, section 3.1.2.11.2). */
export const neverExpires = 0xffff_ffff
const groupPrefix = 'group:'
const clientPrefix = 'client:'

/** All sessions, connected or not, and the groups of shared subscriptions. */
export class Sessions {
  readonly #around: SessionSurroundings
  readonly #retained: RetainedMessages
  readonly #sessions = new Map<string, Session>()
  readonly #groups = new Map<string, SharedGroup>()
  readonly #expiries = new Map<Session, Timer>()
  #positionTimer: Timer | undefined
  #closed = false

  constructor(around: SessionSurroundings, retained: RetainedMessages) {
    this.#around = around
    this.#retained = retained
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
    for (const group of this.#groups.values()) {
      if (group.durable) yield [group.name, group.snapshot()]
    }
  }

  async load(): Promise<void> {
    const stored = await this.#around.store.load()
    for (const [name, state] of stored) {
      if (name.startsWith(clientPrefix)) this.#restore(name.slice(clientPrefix.length), state)
    }
    for (const [name, state] of stored) {
      if (name.startsWith(groupPrefix)) {
        this.#groups.get(name.slice(groupPrefix.length))?.restore(state)
      }
    }
    this.#schedulePositions()
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
    return { session, present: known !== undefined }
  }

  /** The connection of a session is gone. */
  left(session: Session, connection: SessionConnection): void {
    if (session.connection !== connection) return
    session.disconnect()
    if (this.#closed) return
    if (!session.durable) {
      this.#end(session)
      return
    }
    session.save().catch((error) => this.#failed(session, error))
    this.#expireLater(session)
  }

  /** Resolves once it is known from which offsets on; throws `MalformedPacket`. */
  async subscribe(session: Session, subscription: Subscription): Promise<void> {
    const shared = sharedFilter(subscription.filter)
    if (shared === undefined) await session.subscribe(subscription)
    else await this.#group(subscription.filter, shared.filter).join(session, subscription)
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
    for (const group of this.#groups.values()) group.topicAppeared(topic, partitions)
  }

  topicVanished(topic: string): void {
    for (const session of this.#sessions.values()) session.topicVanished(topic)
    for (const group of this.#groups.values()) group.topicVanished(topic)
  }

  /** Stores where everybody is. Nothing changes any more after this. */
  async close(): Promise<void> {
    this.#closed = true
    this.#positionTimer?.cancel()
    for (const timer of this.#expiries.values()) timer.cancel()
    const durable = [...this.#sessions.values()].filter((session) => session.stored)
    await Promise.all([
      ...durable.map((session) => session.save()),
      ...[...this.#groups.values()].map((group) => group.savePositions()),
    ])
    for (const session of this.#sessions.values()) session.exactlyOnce.end()
  }

  #group(filter: string, inner: string): SharedGroup {
    const known = this.#groups.get(filter)
    if (known !== undefined) return known
    const group = new SharedGroup(filter, inner, this.#around, () => {
      this.#groups.delete(filter)
      this.#around.store.remove(group.name).catch((error) => this.#failed(group, error))
    })
    this.#groups.set(filter, group)
    return group
  }

  #restore(clientId: string, stored: StoredSession): void {
    const session = new Session(clientId, this.#around)
    this.#sessions.set(clientId, session)
    session.restore(stored)
    for (const subscription of stored.subscriptions) {
      const shared = sharedFilter(subscription.filter)
      if (shared === undefined) {
        session.filters.set(subscription.filter, subscription)
        this.#around.subscriptions.set(session, subscription)
      } else {
        this.#group(subscription.filter, shared.filter).adopt(session, subscription)
      }
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
    this.#expiries.get(session)?.cancel()
    this.#expiries.delete(session)
    if (this.#sessions.get(session.clientId) === session) this.#sessions.delete(session.clientId)
    session.end()
    this.#around.ended(session.clientId)
    this.#forget(session).catch((error) => this.#failed(session, error))
  }

  async #forget(session: Session): Promise<void> {
    if (!session.stored) return
    session.stored = false
    await this.#around.store.remove(session.name)
  }

  #schedulePositions(): void {
    const { clock, limits } = this.#around
    this.#positionTimer = clock.after(limits.positionMs, () => {
      const savers = [...this.#sessions.values(), ...this.#groups.values()]
      for (const one of savers) one.savePositions().catch((error) => this.#failed(one, error))
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
