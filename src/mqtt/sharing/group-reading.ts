import type { Cursor, Subscriber } from '../cursor.ts'
import { Cursors } from '../cursors.ts'
import type { SessionSurroundings } from '../session.ts'
import { newStoredSession, type StoredSession } from '../stored-session.ts'
import type { SharedCursor } from './shared-cursor.ts'

export interface GroupReadingOptions {
  readonly owner: Subscriber
  /** The filter behind `$share/group/`. */
  readonly filter: string
  readonly cursor: (topic: string, partition: number) => SharedCursor
  readonly attended: () => boolean
  readonly around: SessionSurroundings
}

/** Messages given out that are stored one by one; beyond it those behind the first of them may come twice. */
const mostOpenStored = 10_000

/** The log, as the dealer of a group reads it: from the moment on when it deals, until it does no more. */
export class GroupReading {
  readonly #options: GroupReadingOptions
  readonly #cursors: Cursors
  /** Of the positions that are restored: offsets before them that are still to be dealt. */
  readonly #open = new Map<string, bigint[]>()

  constructor(options: GroupReadingOptions) {
    this.#options = options
    const { owner, filter, around, attended } = options
    this.#cursors = new Cursors({
      ...around,
      owner,
      attended,
      filters: () => [filter],
      make: (topic, partition, next) => {
        const cursor = options.cursor(topic, partition)
        cursor.startAt(next, this.#open.get(`${topic}/${partition}`))
        return cursor
      },
    })
    around.subscriptions.set(owner, {
      ...{ filter, qos: 2, identifier: undefined },
      ...{ noLocal: false, retainAsPublished: false },
    })
  }

  at(partition: string): Cursor | undefined {
    return this.#cursors.at(partition)
  }

  /** Resolves once it is known from which offsets on: a new group begins with what comes now. */
  async begin(): Promise<void> {
    await this.#cursors.open(undefined)
  }

  restore({ positions, sent }: StoredSession): void {
    for (const { topic, partition, offset } of sent.values()) {
      const name = `${topic}/${partition}`
      const open = this.#open.get(name)
      if (open === undefined) this.#open.set(name, [BigInt(offset)])
      else open.push(BigInt(offset))
    }
    this.#cursors.restore(positions)
    this.#open.clear()
  }

  /** What is not read yet is read, from where it was left. */
  goOn(): void {
    this.#cursors.joinAll('here')
    void this.#cursors.open(0n)
  }

  pause(): void {
    this.#cursors.leaveAll()
  }

  end(): void {
    this.pause()
    this.#options.around.subscriptions.remove(this.#options.owner, this.#options.filter)
  }

  /** There was no room for what this cursor brought. */
  block(cursor: Cursor): void {
    this.#cursors.block(cursor)
  }

  resume(): void {
    this.#cursors.resumeBlocked()
  }

  /** Begins anew where the cursor was put. */
  again(cursor: SharedCursor): void {
    if (this.#options.attended()) this.#cursors.rejoin(cursor)
  }

  topicAppeared(topic: string, partitions: readonly number[]): void {
    this.#cursors.topicAppeared(topic, partitions)
  }

  topicVanished(topic: string): void {
    this.#cursors.topicVanished(topic)
  }

  /** Where reading goes on, and what of that before it is not done. */
  snapshot(cursors: Iterable<SharedCursor>): StoredSession {
    const positions = this.#cursors.positions()
    const open = Array.from(cursors, (cursor) => ({ cursor, offsets: cursor.open }))
    const stored = newStoredSession()
    if (open.reduce((sum, { offsets }) => sum + offsets.length, 0) > mostOpenStored) {
      for (const { cursor, offsets } of open) {
        const name = `${cursor.topic}/${cursor.partition}`
        const known = positions.get(name)
        const first = offsets.reduce((one, other) => (other < one ? other : one), known ?? 0n)
        if (known !== undefined) positions.set(name, first)
      }
      return { ...stored, positions }
    }
    for (const { cursor, offsets } of open) {
      const { topic, partition } = cursor
      if (!positions.has(`${topic}/${partition}`)) continue
      for (const offset of offsets) {
        stored.sent.set(stored.sent.size, {
          topic,
          partition,
          offset: `${offset}`,
          received: false,
        })
      }
    }
    return { ...stored, positions }
  }
}
