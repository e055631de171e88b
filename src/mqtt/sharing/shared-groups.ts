import { sharedFilter } from '../../protocols/mqtt/index.ts'
import type { Session, SessionSurroundings } from '../session.ts'
import type { GroupKeeper } from '../session-keeper.ts'
import { filterOfGroup } from '../session-store.ts'
import type { StoredSession } from '../stored-session.ts'
import type { Subscription } from '../subscriptions.ts'
import type { Neighbours } from './neighbours.ts'
import { SharedGroup } from './shared-group.ts'
import type { Word } from './words.ts'

export interface SharedGroupsOptions {
  readonly around: SessionSurroundings
  /** Where other doors may have clients of the same groups. */
  readonly side: { readonly keeper: GroupKeeper; readonly neighbours: Neighbours } | undefined
  readonly failed: (of: { readonly name: string }, error: unknown) => void
}

/** The groups of shared subscriptions that have clients at this door. */
export class SharedGroups {
  readonly #options: SharedGroupsOptions
  readonly #groups = new Map<string, SharedGroup>()

  constructor(options: SharedGroupsOptions) {
    this.#options = options
  }

  [Symbol.iterator](): Iterator<SharedGroup> {
    return this.#groups.values()
  }

  /** Resolves once it is known from which offsets on the group reads; undefined for another filter. */
  join(session: Session, subscription: Subscription): Promise<void> | undefined {
    return this.#of(subscription.filter)?.join(session, subscription)
  }

  /** The subscription of a session that is known from before; false where it is not a shared one. */
  adopt(session: Session, subscription: Subscription): boolean {
    const group = this.#of(subscription.filter)
    group?.adopt(session, subscription)
    return group !== undefined
  }

  restore(name: string, stored: StoredSession): void {
    this.#groups.get(filterOfGroup(name))?.restore(stored)
  }

  topicAppeared(topic: string, partitions: readonly number[]): void {
    for (const group of this.#groups.values()) group.topicAppeared(topic, partitions)
  }

  topicVanished(topic: string): void {
    for (const group of this.#groups.values()) group.topicVanished(topic)
  }

  /** Sees from time to time to what goes on, and stores how far it is. */
  look(): void {
    for (const group of this.#groups.values()) {
      group.look()
      group.savePositions().catch((error) => this.#options.failed(group, error))
    }
  }

  /** The log says that a group has another dealer. */
  moved(name: string): void {
    this.#groups.get(filterOfGroup(name))?.dealership?.moved()
  }

  /** Clients here get nothing more; resolves when they have acknowledged what they have. */
  drain(): Promise<void> | undefined {
    if (this.#groups.size === 0) return undefined
    return Promise.all([...this.#groups.values()].map((group) => group.drain())).then(() => {})
  }

  async close(): Promise<void> {
    this.#options.side?.neighbours.stopCalling()
    await Promise.all([...this.#groups.values()].map((group) => group.close()))
    await this.#options.side?.neighbours.close()
  }

  #of(filter: string): SharedGroup | undefined {
    const known = this.#groups.get(filter)
    if (known !== undefined) return known
    const inner = sharedFilter(filter)?.filter
    if (inner === undefined) return undefined
    const { around, side, failed } = this.#options
    const group: SharedGroup = new SharedGroup({
      ...{ filter, inner, around, side },
      empty: () => {
        if (this.#groups.get(filter) !== group) return
        this.#groups.delete(filter)
        if (side === undefined) {
          around.store.remove(group.name).catch((error) => failed(group, error))
        }
      },
    })
    this.#groups.set(filter, group)
    this.#listen()
    return group
  }

  #listen(): void {
    const all = () => [...this.#groups.values()].flatMap(({ dealership }) => dealership ?? [])
    void this.#options.side?.neighbours.open({
      heard: (word, by) => this.#heard(word, by),
      silent: (door) => {
        for (const dealership of all()) dealership.silent(door)
      },
      missed: () => {
        for (const dealership of all()) dealership.missed()
      },
      reliedOn: () => all().flatMap(({ reliedOn }) => reliedOn),
    })
  }

  #heard(word: Word, by: string): void {
    if (word.kind === 'here') return
    if (word.kind === 'gone') {
      for (const { dealership } of this.#groups.values()) dealership?.gone(word.door, by)
      return
    }
    const dealership = this.#groups.get(word.group)?.dealership
    if (dealership !== undefined) dealership.heard(word, by)
    else if (word.kind === 'hand') this.#decline(word)
  }

  /** A message for clients that are gone. */
  #decline({ group, to, topic, partition, offset }: Extract<Word, { kind: 'hand' }>): void {
    const neighbours = this.#options.side?.neighbours
    if (to !== neighbours?.door) return
    neighbours.sayLater({ kind: 'back', group, places: { [`${topic}/${partition}`]: [offset] } })
  }
}
