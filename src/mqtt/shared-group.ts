import type { Cursor, Subscriber } from './cursor.ts'
import { Cursors } from './cursors.ts'
import type { Message } from './message.ts'
import type { Delivery } from './outbox.ts'
import type { Session, SessionSurroundings } from './session.ts'
import { newStoredSession, type StoredSession } from './stored-session.ts'
import type { Subscription } from './subscriptions.ts'

/**
 * The subscribers of one `$share/group/filter`. The group reads the log, each message goes to one
 * member, the next one in turn that is connected and has room. What a member was given but had not
 * got when it left goes to another.
 */
export class SharedGroup implements Subscriber {
  /** `$share/group/filter`. */
  readonly filter: string
  readonly #inner: string
  readonly #around: SessionSurroundings
  readonly #empty: () => void
  readonly #members = new Map<Session, Subscription>()
  readonly #cursors: Cursors
  readonly #returned: Delivery[] = []
  #turn = 0
  #savedPositions = ''

  constructor(filter: string, inner: string, around: SessionSurroundings, empty: () => void) {
    this.filter = filter
    this.#inner = inner
    this.#around = around
    this.#empty = empty
    this.#cursors = new Cursors({
      ...around,
      owner: this,
      filters: () => [inner],
      attended: () => true,
    })
    around.subscriptions.set(this, {
      filter: inner,
      qos: 2,
      noLocal: false,
      retainAsPublished: false,
      identifier: undefined,
    })
  }

  get name(): string {
    return `group:${this.filter}`
  }

  cursorAt(partition: string): Cursor | undefined {
    return this.#cursors.at(partition)
  }

  offer(message: Message, _: readonly Subscription[], cursor: Cursor, offset: bigint): boolean {
    const member = this.#nextMember(cursor.topic)
    if (member === undefined) {
      // What none of those who are there may read is for nobody.
      if (this.#isForNobody(cursor.topic)) return true
      this.#cursors.block(cursor)
      return false
    }
    member.deliver(message, [this.#members.get(member) as Subscription], cursor, offset)
    return true
  }

  /** A member that a former process knew, and that is not connected yet. */
  adopt(session: Session, subscription: Subscription): void {
    this.#members.set(session, subscription)
    session.groups.set(this.filter, this)
    session.filters.set(this.filter, subscription)
  }

  /** Resolves once it is known from which offsets on the group reads. */
  async join(session: Session, subscription: Subscription): Promise<void> {
    const isNew = this.#members.size === 0
    this.adopt(session, subscription)
    if (!isNew) {
      this.attend()
      return
    }
    await this.#cursors.open(undefined)
    await this.savePositions()
  }

  leave(session: Session): void {
    this.#members.delete(session)
    if (this.#members.size > 0) {
      this.wake()
      return
    }
    this.#cursors.leaveAll()
    this.#around.subscriptions.remove(this, this.#inner)
    this.#empty()
  }

  /** Takes what was meant for a member that is gone, and gives it to another. */
  takeBack(deliveries: readonly Delivery[], member: Session): void {
    for (const delivery of deliveries) {
      if (delivery.cursor?.owner !== this || delivery.state === 'received') continue
      this.#returned.push({ ...delivery, packetId: 0, state: 'queued', duplicate: false })
    }
    if ([...this.#members.keys()].some((one) => one !== member && one.outbox.connected)) this.wake()
    else this.#cursors.leaveAll()
  }

  /** A member has room again. */
  wake(): void {
    while (this.#returned.length > 0) {
      const [delivery] = this.#returned as [Delivery]
      const member = this.#nextMember(delivery.cursor?.topic ?? '')
      if (member === undefined) return
      this.#returned.shift()
      const qos = this.#members.get(member)?.qos ?? delivery.qos
      member.outbox.push({ ...delivery, qos })
    }
    this.#cursors.resumeBlocked()
  }

  /** A member is connected: the group reads on, if it did not. */
  attend(): void {
    this.wake()
    this.#cursors.joinAll('here')
    void this.#cursors.open(0n)
  }

  topicAppeared(topic: string, partitions: readonly number[]): void {
    this.#cursors.topicAppeared(topic, partitions)
  }

  topicVanished(topic: string): void {
    this.#cursors.topicVanished(topic)
  }

  restore({ positions }: StoredSession): void {
    this.#cursors.restore(positions)
  }

  snapshot(): StoredSession {
    return { ...newStoredSession(), positions: this.#cursors.positions() }
  }

  get durable(): boolean {
    for (const { durable } of this.#members.keys()) if (durable) return true
    return false
  }

  async savePositions(): Promise<void> {
    if (!this.durable) return
    const snapshot = this.snapshot()
    const text = [...snapshot.positions].join()
    if (text === this.#savedPositions) return
    this.#savedPositions = text
    try {
      await this.#around.store.save(this.name, snapshot)
    } catch (error) {
      this.#savedPositions = ''
      throw error
    }
  }

  #isForNobody(kafkaTopic: string): boolean {
    const there = [...this.#members.keys()].filter(({ outbox }) => outbox.connected)
    return there.length > 0 && there.every((member) => !member.mayRead(kafkaTopic))
  }

  #nextMember(kafkaTopic: string): Session | undefined {
    const members = [...this.#members.keys()]
    for (let tried = 0; tried < members.length; tried++) {
      this.#turn = (this.#turn + 1) % members.length
      const member = members[this.#turn]
      if (member?.outbox.connected && member.outbox.hasRoom && member.mayRead(kafkaTopic)) {
        return member
      }
    }
    return undefined
  }
}
