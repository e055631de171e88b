import type { Message } from '../message.ts'
import type { Delivery } from '../outbox.ts'
import type { Session } from '../session.ts'
import type { Subscription } from '../subscriptions.ts'
import type { SharedCursor } from './shared-cursor.ts'

/** A message of the group, and where it lies in the log. */
export interface Share {
  readonly message: Message
  readonly cursor: SharedCursor
  readonly offset: bigint
}

/** To whom a group can give a message: a client of this door, or another door that has some. */
export interface Taker {
  /** Clients that are connected, each of which has its turn. */
  readonly clients: number
  /** Whether a message would go out at once. */
  readonly isIdle: boolean
  /** Whether it has room for it otherwise; where others may be faster, not for much. */
  hasRoom(isAmongDoors: boolean): boolean
  mayRead(kafkaTopic: string): boolean
  take(share: Share): void
}

/** A door far away has as many messages waiting for its clients as they have not acknowledged. */
const windowsAhead = 2

/** A client of this door in a group. */
export class Member implements Taker {
  readonly session: Session
  readonly subscription: Subscription
  #sentBefore = 0
  /** It has messages of ours waiting, and has taken none since the last look. */
  isStalled = false

  constructor(session: Session, subscription: Subscription) {
    this.session = session
    this.subscription = subscription
  }

  get clients(): number {
    return this.session.outbox.connected ? 1 : 0
  }

  /** Messages that it may have at a time: no more than it has, where it does not go on. */
  get room(): number {
    const { outbox } = this.session
    return this.isStalled ? outbox.inflightCount : outbox.window * windowsAhead
  }

  get isIdle(): boolean {
    return this.session.outbox.isIdle
  }

  hasRoom(isAmongDoors: boolean): boolean {
    const { outbox } = this.session
    if (!outbox.connected || this.isStalled) return false
    return isAmongDoors ? outbox.hasRoomAmong(outbox.window) : outbox.hasRoom
  }

  mayRead(kafkaTopic: string): boolean {
    return this.session.mayRead(kafkaTopic)
  }

  take({ message, cursor, offset }: Share): void {
    this.session.deliver(message, [this.subscription], cursor, offset)
  }

  /** Looks whether it goes on. */
  look(): void {
    const { outbox } = this.session
    this.isStalled = outbox.connected && !outbox.isIdle && outbox.sent === this.#sentBefore
    this.#sentBefore = outbox.sent
  }

  /** What waits for it, and has not been sent. */
  unsent(of: (delivery: Delivery) => boolean): Delivery[] {
    return this.session.outbox.withdraw(of)
  }
}
