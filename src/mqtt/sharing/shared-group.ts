import { type Cursor, partitionName, type Subscriber } from '../cursor.ts'
import type { Message } from '../message.ts'
import type { Delivery } from '../outbox.ts'
import type { Session, SessionSurroundings } from '../session.ts'
import { nameOfGroup } from '../session-store.ts'
import type { StoredSession } from '../stored-session.ts'
import type { Subscription } from '../subscriptions.ts'
import { Dealership, type DealershipOptions } from './dealership.ts'
import { GroupReading } from './group-reading.ts'
import { HandOut } from './hand-out.ts'
import type { Given } from './other-door.ts'
import { SharedCursor } from './shared-cursor.ts'
import type { Share } from './taker.ts'

export interface SharedGroupOptions {
  /** `$share/group/filter`. */
  readonly filter: string
  /** What stands behind `$share/group/`. */
  readonly inner: string
  readonly around: SessionSurroundings
  /** Where other doors may have clients of the group as well. */
  readonly side?: DealershipOptions['side'] | undefined
  /** Its last client here is gone, and it has nothing to do any more. */
  readonly empty: () => void
}

/**
 * The subscribers of one `$share/group/filter` at this door. Of all doors before one log one deals:
 * it reads, and gives each message to one client, or to a door that has some.
 */
export class SharedGroup implements Subscriber {
  readonly filter: string
  readonly handOut: HandOut
  readonly #options: SharedGroupOptions
  readonly #cursors = new Map<string, SharedCursor>()
  readonly #dealership: Dealership | undefined
  #reading: GroupReading | undefined
  #savedPositions: string | undefined
  #drained: PromiseWithResolvers<void> | undefined

  constructor(options: SharedGroupOptions) {
    this.#options = options
    this.filter = options.filter
    this.handOut = new HandOut(({ cursor }) => cursor?.owner === this)
    const { side, around } = options
    this.#dealership = side && new Dealership(this, { ...around, side, ended: options.empty })
  }

  get name(): string {
    return nameOfGroup(this.filter)
  }

  get dealership(): Dealership | undefined {
    return this.#dealership
  }

  get isDealing(): boolean {
    return this.#reading !== undefined
  }

  cursorAt(partition: string): Cursor | undefined {
    return this.#reading?.at(partition)
  }

  offer(message: Message, _: readonly Subscription[], cursor: Cursor, offset: bigint): boolean {
    if (!(cursor instanceof SharedCursor) || !cursor.isDue(offset)) return true
    if (this.handOut.deal({ message, cursor, offset })) return true
    // What none of those who are there may read is for nobody.
    if (this.handOut.isForNobody(cursor.topic)) return true
    this.#reading?.block(cursor)
    return false
  }

  /** A member that is known from before, and that is not connected yet. */
  adopt(session: Session, subscription: Subscription): void {
    this.handOut.join(session, subscription)
    session.groups.set(this.filter, this)
    session.filters.set(this.filter, subscription)
  }

  /** Resolves once it is known from which offsets on the group reads. */
  async join(session: Session, subscription: Subscription): Promise<void> {
    const isNew = !this.isDealing && this.#dealership === undefined
    this.adopt(session, subscription)
    if (isNew) {
      await this.startDealing(undefined)
      await this.savePositions()
    } else {
      this.update()
      await this.#dealership?.seek()
    }
  }

  leave(session: Session): void {
    this.handOut.leave(session)
    if (this.handOut.members.size > 0) this.update()
    else if (this.#dealership === undefined) {
      this.stopDealing()
      this.#options.empty()
    } else void this.#dealership.nobodyHere()
  }

  /** The connection of a member is gone; these it was not sent. */
  left(unsent: readonly Delivery[]): void {
    this.handOut.takeBack(unsent.filter(({ cursor }) => cursor?.owner === this))
    this.update()
  }

  /**
   * The session of a member is over, or goes on at another door. What it was sent of QoS 2 no other
   * may get when it is over (MQTT-4.8.2-5).
   */
  over(inflight: readonly Delivery[], isMoved: boolean): void {
    for (const delivery of inflight) {
      const { cursor, qos, state, offset } = delivery
      if (cursor?.owner !== this) continue
      const isSent = state === 'received' || (state === 'sent' && !isMoved)
      if (qos === 2 && isSent) cursor.done(offset)
      else this.handOut.takeBack([delivery])
    }
    this.update()
  }

  /** Who is there has changed, here or at another door. */
  update(): void {
    const isFollowing = this.#dealership?.isFollowing ?? false
    const isUnknown = this.#dealership === undefined && !this.isDealing
    // Its position was not stored: all that is left is to begin.
    if (isUnknown && this.handOut.isAttended) void this.startDealing(undefined)
    if (this.handOut.isAttended || isFollowing) this.handOut.takeFromAbsent()
    this.wake()
    if (this.handOut.isAttended) this.#reading?.goOn()
    else this.#reading?.pause()
    this.#dealership?.update()
  }

  /** Somebody has room again. */
  wake(): void {
    this.handOut.dealReturned((share) => this.#nobodyMayRead(share))
    this.#reading?.resume()
  }

  /** Looks from time to time whose client does not go on. */
  look(): void {
    this.handOut.takeFromStalled(this.#dealership?.isFollowing ?? false)
    this.wake()
    this.#dealership?.update()
  }

  topicAppeared(topic: string, partitions: readonly number[]): void {
    this.#reading?.topicAppeared(topic, partitions)
  }

  topicVanished(topic: string): void {
    this.#reading?.topicVanished(topic)
    const gone = [...this.#cursors].filter(([, cursor]) => cursor.topic === topic)
    for (const [name] of gone) this.#cursors.delete(name)
  }

  /** Known from a former process: it goes on where it was. */
  restore(stored: StoredSession): void {
    this.#read().restore(stored)
  }

  /** Without what is stored, it begins with what comes from now on; resolves once that is known. */
  async startDealing(stored: StoredSession | undefined): Promise<void> {
    const reading = this.#read()
    if (stored === undefined) await reading.begin()
    else reading.restore(stored)
  }

  /** What its clients here have stays with them; for all else another door may care. */
  stopDealing(): void {
    this.#reading?.end()
    this.#reading = undefined
    const given = [...this.handOut.others.values()].flatMap((door) => door.takeAll())
    for (const { cursor, offset } of [...given, ...this.handOut.takeReturned()]) {
      cursor.forget(offset)
    }
    this.handOut.others.clear()
    this.handOut.changed()
  }

  /** Reads no more, but still knows what is done. */
  pause(): void {
    this.#reading?.pause()
  }

  cursor(topic: string, partition: number): SharedCursor {
    const name = partitionName(topic, partition)
    const known = this.#cursors.get(name)
    if (known !== undefined) return known
    const cursor = new SharedCursor(this, topic, partition, (...done) => this.#finished(...done))
    this.#cursors.set(name, cursor)
    return cursor
  }

  /** Messages that clients here have. */
  get heldCount(): number {
    let count = -this.handOut.elsewhereCount
    for (const cursor of this.#cursors.values()) count += cursor.heldCount
    return count
  }

  /** What clients here have or are about to get, where another door deals. */
  get held(): Map<string, readonly bigint[]> {
    const held = Array.from(this.#cursors, ([name, cursor]) => [name, cursor.held] as const)
    return new Map(held.filter(([, offsets]) => offsets.length > 0))
  }

  /** Another door has it no more, and is not done with it. */
  giveToOthers({ message, cursor, offset }: Given): void {
    if (message !== undefined) this.handOut.giveBack({ message, cursor, offset })
    else if (cursor.drop(offset)) this.#reading?.again(cursor)
  }

  snapshot(): StoredSession | undefined {
    return this.#reading?.snapshot(this.#cursors.values())
  }

  get durable(): boolean {
    for (const { durable } of this.handOut.members.keys()) if (durable) return true
    return false
  }

  /** Other doors need it also where no session is durable. */
  async savePositions(): Promise<void> {
    const snapshot = this.durable || this.#dealership !== undefined ? this.snapshot() : undefined
    if (snapshot === undefined) return
    const open = Array.from(snapshot.sent.values(), (one) => Object.values(one).join())
    const text = [...snapshot.positions, ...open].join()
    if (text === this.#savedPositions) return
    this.#savedPositions = text
    try {
      await this.#options.around.store.save(this.name, snapshot)
    } catch (error) {
      this.#savedPositions = undefined
      throw error
    }
  }

  /** Gives its clients here nothing more; resolves when they have acknowledged what they have. */
  async drain(): Promise<void> {
    const drained = Promise.withResolvers<void>()
    this.#drained = drained
    this.handOut.close()
    this.update()
    if (this.heldCount > 0) await drained.promise
  }

  async close(): Promise<void> {
    if (this.#dealership === undefined) await this.savePositions()
    else await this.#dealership.close()
  }

  #read(): GroupReading {
    this.#savedPositions = undefined
    this.#reading?.end()
    this.#reading = new GroupReading({
      owner: this,
      filter: this.#options.inner,
      cursor: (topic, partition) => this.cursor(topic, partition),
      attended: () => this.handOut.isAttended,
      around: this.#options.around,
    })
    return this.#reading
  }

  /** A client here is done with a message. */
  #finished(cursor: SharedCursor, offset: bigint): void {
    if (this.#drained !== undefined && this.heldCount === 0) this.#drained.resolve()
    if (this.isDealing || this.#dealership === undefined) return
    this.#dealership.following.finished(cursor, offset)
    if (this.handOut.members.size === 0) void this.#dealership.endIfOver()
  }

  #nobodyMayRead(share: Share): void {
    if (this.isDealing) share.cursor.done(share.offset)
    else this.#dealership?.following.cannotRead(share)
  }
}
