import type { Delivery } from '../outbox.ts'
import type { Session } from '../session.ts'
import type { Subscription } from '../subscriptions.ts'
import type { OtherDoor } from './other-door.ts'
import { SharedCursor } from './shared-cursor.ts'
import { Member, type Share, type Taker } from './taker.ts'

/**
 * Who takes the messages of a group: each goes to one client, the next one in turn that is connected
 * and would get it at once, or else has room. What one was given but had not got when it left goes
 * to another.
 */
export class HandOut {
  readonly members = new Map<Session, Member>()
  readonly others = new Map<string, OtherDoor>()
  /** Nothing is given out for now. */
  isPaused = false
  /** Given back, and to be given to somebody. */
  readonly #returned: Share[] = []
  readonly #isOurs: (delivery: Delivery) => boolean
  #turns: readonly Taker[] = []
  #turn = 0
  #isClosing = false

  constructor(isOurs: (delivery: Delivery) => boolean) {
    this.#isOurs = isOurs
  }

  /** Who is there has changed. */
  changed(): void {
    const others = [...this.others.values()].flatMap((door) =>
      Array.from({ length: door.clients }, () => door),
    )
    this.#turns = [...this.#served, ...others]
  }

  /** Clients here get no more; what they were not sent is given back. */
  close(): void {
    this.#isClosing = true
    for (const member of this.members.values()) this.takeBack(member.unsent(this.#isOurs))
    this.changed()
  }

  get isAttendedHere(): boolean {
    for (const { clients } of this.#served) if (clients > 0) return true
    return false
  }

  /** Whether clients here take messages, and go on with them. */
  get isServedHere(): boolean {
    for (const { clients, isStalled } of this.#served) {
      if (clients > 0 && !isStalled) return true
    }
    return false
  }

  get isAttended(): boolean {
    for (const { clients } of this.others.values()) if (clients > 0) return true
    return this.isAttendedHere
  }

  /** The clients of this door, as other doors see them. */
  attendance(mostRoom: number): { clients: number; room: number } {
    let clients = 0
    let room = 0
    for (const member of this.#served) {
      clients += member.clients
      room += member.clients * member.room
    }
    return { clients, room: Math.min(room, mostRoom) }
  }

  join(session: Session, subscription: Subscription): void {
    this.members.set(session, new Member(session, subscription))
    this.changed()
  }

  /** What it was not sent is given back; what it was sent it may still acknowledge. */
  leave(session: Session): void {
    this.takeBack(session.outbox.withdraw(this.#isOurs))
    this.members.delete(session)
    this.changed()
  }

  /** False where nobody has room for it. */
  deal(share: Share): boolean {
    const taker = this.isPaused ? undefined : this.#next(share.cursor.topic)
    taker?.take(share)
    return taker !== undefined
  }

  /** Whether all who are there may not read what is in this topic. */
  isForNobody(kafkaTopic: string): boolean {
    if (this.isPaused) return false
    const there = this.#turns.filter(({ clients }) => clients > 0)
    return there.length > 0 && there.every((taker) => !taker.mayRead(kafkaTopic))
  }

  giveBack(share: Share): void {
    share.cursor.begin(share.offset)
    this.#returned.push(share)
  }

  /** Takes back what is this group's and not finished. */
  takeBack(deliveries: readonly Delivery[]): void {
    for (const { cursor, offset, message } of deliveries) {
      if (cursor instanceof SharedCursor) this.giveBack({ cursor, offset, message })
    }
  }

  /** Gives to others what clients that are away have not acknowledged. */
  takeFromAbsent(): void {
    for (const { clients, session } of this.members.values()) {
      if (clients > 0) continue
      this.takeBack(session.outbox.giveUp((one) => one.qos === 1 && this.#isOurs(one)))
    }
  }

  /** Takes back what waits for clients that do not go on, where others would get it at once. */
  takeFromStalled(isOtherwiseTaken: boolean): void {
    const stalled: Member[] = []
    for (const member of this.members.values()) {
      member.look()
      if (member.isStalled) stalled.push(member)
    }
    if (stalled.length === 0) return
    if (!isOtherwiseTaken && !this.#turns.some((taker) => taker.clients > 0 && taker.isIdle)) return
    for (const member of stalled) this.takeBack(member.unsent(this.#isOurs))
  }

  /** Hands on what was given back, as far as there is room; what nobody may read is handed to `none`. */
  dealReturned(none: (share: Share) => void): void {
    for (let share = this.#returned.shift(); share !== undefined; share = this.#returned.shift()) {
      if (this.deal(share)) continue
      if (!this.isForNobody(share.cursor.topic)) {
        this.#returned.unshift(share)
        return
      }
      none(share)
    }
  }

  /** Messages that are not with clients here. */
  get elsewhereCount(): number {
    let count = this.#returned.length
    for (const door of this.others.values()) count += door.givenCount
    return count
  }

  takeReturned(): Share[] {
    return this.#returned.splice(0)
  }

  /** Clients here that messages are for. */
  get #served(): Iterable<Member> {
    return this.#isClosing ? [] : this.members.values()
  }

  #next(kafkaTopic: string): Taker | undefined {
    const isAmongDoors = this.others.size > 0
    return (
      this.#inTurn((taker) => taker.isIdle && taker.mayRead(kafkaTopic)) ??
      this.#inTurn((taker) => taker.hasRoom(isAmongDoors) && taker.mayRead(kafkaTopic))
    )
  }

  #inTurn(fits: (taker: Taker) => boolean): Taker | undefined {
    const turns = this.#turns
    for (let tried = 1; tried <= turns.length; tried++) {
      const turn = (this.#turn + tried) % turns.length
      const taker = turns[turn]
      if (taker === undefined || taker.clients === 0 || !fits(taker)) continue
      this.#turn = turn
      return taker
    }
    return undefined
  }
}
