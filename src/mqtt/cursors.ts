import { Cursor, partitionName, type Subscriber } from './cursor.ts'
import type { Feeds } from './feeds.ts'
import type { TopicDirectory } from './topic-directory.ts'
import type { TopicMap } from './topic-map.ts'

interface CursorsOptions {
  readonly owner: Subscriber
  readonly feeds: Feeds
  readonly directory: TopicDirectory
  readonly topicMap: TopicMap
  /** What the owner subscribes to at the moment. */
  readonly filters: () => readonly string[]
  /** Whether somebody is there to take messages. */
  readonly attended: () => boolean
  /** A cursor that begins at `next`; without it, a plain one of the owner. */
  readonly make?: (topic: string, partition: number, next: bigint | undefined) => Cursor
}

/** All cursors of a subscriber: one for each Kafka partition that its filters may find something in. */
export class Cursors {
  readonly #options: CursorsOptions
  readonly #cursors = new Map<string, Cursor>()
  readonly #blocked = new Set<Cursor>()

  constructor(options: CursorsOptions) {
    this.#options = options
  }

  at(partition: string): Cursor | undefined {
    return this.#cursors.get(partition)
  }

  /** Kafka partition → offset at which reading resumes after a crash. */
  positions(): Map<string, bigint> {
    const positions = new Map<string, bigint>()
    for (const [name, { position }] of this.#cursors) {
      if (position !== undefined) positions.set(name, position)
    }
    return positions
  }

  restore(positions: ReadonlyMap<string, bigint>): void {
    for (const [name, offset] of positions) {
      const slash = name.lastIndexOf('/')
      const partition = Number(name.slice(slash + 1))
      this.#cursors.set(name, this.#make(name.slice(0, slash), partition, offset))
    }
  }

  /** Opens what is missing; resolves once it is known where each cursor stands. */
  async open(from: bigint | undefined, subscriber: 'here' | 'back' = 'here'): Promise<void> {
    const { directory } = this.#options
    const wanted = directory.names.filter((topic) => this.#mayHold(topic))
    await Promise.all(
      wanted.flatMap((topic) =>
        Array.from({ length: directory.partitions(topic) ?? 0 }, (_, partition) =>
          this.#openOne(topic, partition, from, subscriber),
        ),
      ),
    )
  }

  /** Partitions are there that were not: everything in them came after the subscription. */
  topicAppeared(topic: string, partitions: readonly number[]): void {
    if (!this.#mayHold(topic)) return
    for (const partition of partitions) void this.#openOne(topic, partition, 0n, 'here')
  }

  topicVanished(topic: string): void {
    this.#drop((cursor) => cursor.topic === topic)
  }

  /** Lets go of what no filter needs any more. */
  dropUnwanted(): void {
    this.#drop(({ topic }) => !this.#mayHold(topic))
  }

  joinAll(subscriber: 'here' | 'back'): void {
    for (const cursor of this.#cursors.values()) {
      if (cursor.state === 'away') void this.#options.feeds.join(cursor, subscriber)
    }
  }

  leaveAll(): void {
    this.#blocked.clear()
    for (const cursor of this.#cursors.values()) this.#options.feeds.leave(cursor)
  }

  /** Reads on from where the cursor was put. */
  rejoin(cursor: Cursor): void {
    this.#blocked.delete(cursor)
    this.#options.feeds.leave(cursor)
    void this.#options.feeds.join(cursor, 'here')
  }

  /** There was no room for what this cursor brought. */
  block(cursor: Cursor): void {
    this.#blocked.add(cursor)
  }

  resumeBlocked(): void {
    const blocked = [...this.#blocked]
    this.#blocked.clear()
    for (const cursor of blocked) this.#options.feeds.resume(cursor)
  }

  #mayHold(topic: string): boolean {
    const { filters, topicMap } = this.#options
    return filters().some((filter) => topicMap.mayHold(topic, filter))
  }

  #drop(unwanted: (cursor: Cursor) => boolean): void {
    for (const [name, cursor] of this.#cursors) {
      if (!unwanted(cursor)) continue
      this.#options.feeds.leave(cursor)
      this.#cursors.delete(name)
      this.#blocked.delete(cursor)
    }
  }

  async #openOne(
    topic: string,
    partition: number,
    from: bigint | undefined,
    subscriber: 'here' | 'back',
  ): Promise<void> {
    const name = partitionName(topic, partition)
    if (this.#cursors.has(name)) return
    const cursor = this.#make(topic, partition, from)
    this.#cursors.set(name, cursor)
    if (this.#options.attended()) await this.#options.feeds.join(cursor, subscriber)
  }

  #make(topic: string, partition: number, next: bigint | undefined): Cursor {
    const { make, owner } = this.#options
    return make?.(topic, partition, next) ?? new Cursor(owner, topic, partition, next)
  }
}
