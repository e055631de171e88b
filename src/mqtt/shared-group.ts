import { Cursor, partitionName, type Subscriber } from './cursor.ts'
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
  readonly #cursors = new Map<string, Cursor>()
  readonly #blocked = new Set<Cursor>()
  readonly #returned: Delivery[] = []
  #turn = 0
  #savedPositions = ''

  constructor(filter: string, inner: string, around: SessionSurroundings, empty: () => void) {
    this.filter = filter
    this.#inner = inner
    this.#around = around
    this.#empty = empty
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
    return this.#cursors.get(partition)
  }

  offer(message: Message, _: readonly Subscription[], cursor: Cursor, offset: bigint): boolean {
    const member = this.#nextMember()
    if (member === undefined) {
      this.#blocked.add(cursor)
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
      this.wake()
      return
    }
    await this.#openCursors(undefined)
    await this.savePositions()
  }

  async #openCursors(from: bigint | undefined): Promise<void> {
    const { directory, topicMap } = this.#around
    const opening = directory.names
      .filter((topic) => topicMap.mayHold(topic, this.#inner))
      .flatMap((topic) =>
        Array.from({ length: directory.partitions(topic) ?? 0 }, (_, partition) =>
          this.#openCursor(topic, partition, from),
        ),
      )
    await Promise.all(opening)
  }

  leave(session: Session): void {
    this.#members.delete(session)
    if (this.#members.size > 0) {
      this.wake()
      return
    }
    for (const cursor of this.#cursors.values()) this.#around.feeds.leave(cursor)
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
    else for (const cursor of this.#cursors.values()) this.#around.feeds.leave(cursor)
  }

  /** A member is connected or has room again. */
  wake(): void {
    while (this.#returned.length > 0) {
      const member = this.#nextMember()
      if (member === undefined) return
      const delivery = this.#returned.shift() as Delivery
      const qos = this.#members.get(member)?.qos ?? delivery.qos
      member.outbox.push({ ...delivery, qos })
    }
    const blocked = [...this.#blocked]
    this.#blocked.clear()
    for (const cursor of blocked) this.#around.feeds.resume(cursor)
    for (const cursor of this.#cursors.values()) {
      if (cursor.state === 'away') void this.#around.feeds.join(cursor, 'here')
    }
    void this.#openCursors(0n)
  }

  topicAppeared(topic: string, partitions: readonly number[]): void {
    if (!this.#around.topicMap.mayHold(topic, this.#inner)) return
    for (const partition of partitions) void this.#openCursor(topic, partition, 0n)
  }

  topicVanished(topic: string): void {
    for (const [name, cursor] of this.#cursors) {
      if (cursor.topic !== topic) continue
      this.#around.feeds.leave(cursor)
      this.#cursors.delete(name)
      this.#blocked.delete(cursor)
    }
  }

  restore({ positions }: StoredSession): void {
    for (const [name, offset] of positions) {
      const slash = name.lastIndexOf('/')
      const partition = Number(name.slice(slash + 1))
      this.#cursors.set(name, new Cursor(this, name.slice(0, slash), partition, offset))
    }
  }

  snapshot(): StoredSession {
    return { ...newStoredSession(), positions: this.#positions() }
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

  #positions(): Map<string, bigint> {
    const positions = new Map<string, bigint>()
    for (const [name, { position }] of this.#cursors) {
      if (position !== undefined) positions.set(name, position)
    }
    return positions
  }

  async #openCursor(topic: string, partition: number, from: bigint | undefined): Promise<void> {
    const name = partitionName(topic, partition)
    if (this.#cursors.has(name)) return
    const cursor = new Cursor(this, topic, partition, from)
    this.#cursors.set(name, cursor)
    await this.#around.feeds.join(cursor, 'here')
  }

  #nextMember(): Session | undefined {
    const members = [...this.#members.keys()]
    for (let tried = 0; tried < members.length; tried++) {
      this.#turn = (this.#turn + 1) % members.length
      const member = members[this.#turn]
      if (member?.outbox.connected && member.outbox.hasRoom) return member
    }
    return undefined
  }
}
