import type { Message } from './message.ts'
import type { Delivery } from './outbox.ts'
import type { Subscription } from './subscriptions.ts'

/** Who takes messages from the log: a session, or the group of a shared subscription. */
export interface Subscriber {
  cursorAt(partition: string): Cursor | undefined
  /** Takes a message, or says that there is no room: then it calls for the cursor when there is. */
  offer(
    message: Message,
    subscriptions: readonly Subscription[],
    cursor: Cursor,
    offset: bigint,
  ): boolean
  /** A session is over, or goes on at another door: of these, in flight to it, it sees to its own. */
  over?(inflight: readonly Delivery[], isMoved: boolean): void
}

interface Pending {
  readonly offset: bigint
  done: boolean
}

/** A name for one partition of a topic. `/` is no letter of a Kafka topic. */
export function partitionName(topic: string, partition: number): string {
  return `${topic}/${partition}`
}

/**
 * Where one subscriber is in one Kafka partition: the next record to look at, and which of those
 * before it are on their way. What is acknowledged in another order still counts only up to the
 * first that is not: `position` is where reading resumes after a crash.
 */
export class Cursor {
  readonly owner: Subscriber
  readonly topic: string
  readonly partition: number
  /** Undefined until it is known where the log ends: it begins with what comes from now on. */
  next: bigint | undefined
  /** Messages before this offset came while their subscriber was away. */
  liveFrom = 0n
  state: 'away' | 'live' | 'behind' | 'reading' = 'away'
  #pending: Pending[] = []
  #head = 0

  constructor(owner: Subscriber, topic: string, partition: number, next: bigint | undefined) {
    this.owner = owner
    this.topic = topic
    this.partition = partition
    this.next = next
  }

  get position(): bigint | undefined {
    return this.#pending[this.#head]?.offset ?? this.next
  }

  /** A message is on its way, which must be done before the position passes it. */
  begin(offset: bigint): void {
    this.#pending.push({ offset, done: false })
  }

  done(offset: bigint): void {
    const found = this.#find(offset)
    if (found === undefined) return
    found.done = true
    while (this.#pending[this.#head]?.done) this.#head += 1
    if (this.#head > 100 && this.#head * 2 > this.#pending.length) {
      this.#pending = this.#pending.slice(this.#head)
      this.#head = 0
    }
  }

  /** Everything from this offset on has not been sent, and is to be read again. */
  rewind(offset: bigint): void {
    let length = this.#pending.length
    while (length > this.#head && (this.#pending[length - 1] as Pending).offset >= offset) length--
    this.#pending.length = length
    if (this.next === undefined || this.next > offset) this.next = offset
  }

  #find(offset: bigint): Pending | undefined {
    let low = this.#head
    let high = this.#pending.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const one = this.#pending[middle] as Pending
      if (one.offset === offset) return one
      if (one.offset < offset) low = middle + 1
      else high = middle - 1
    }
    return undefined
  }
}
