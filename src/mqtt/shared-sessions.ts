import { mqttError } from './errors.ts'
import { FollowedTopic, type FollowedTopicOptions } from './followed-topic.ts'
import type { Header, KafkaRecord } from './kafka.ts'
import { type GroupKeeper, recover, type SessionKeeper, sessionsTopic } from './session-keeper.ts'
import { clientOfName, filterOfGroup, SessionStore } from './session-store.ts'
import {
  applyRecord,
  type Intent,
  intentRecords,
  isSnapshot,
  neverExpires,
  type StoredSession,
  snapshotRecord,
} from './stored-session.ts'

export interface SharedSessionsOptions
  extends Omit<FollowedTopicOptions, 'name' | 'live' | 'apply' | 'isWhole' | 'reset' | 'missed'> {
  /** Another door has claimed it. */
  readonly lost: (name: string) => void
  /** A group has another dealer, or none. */
  readonly moved: (name: string) => void
  /** Any session may have been claimed by others, unseen. */
  readonly missed: () => void
  /** Claims of sessions that are not stored, remembered at a time. */
  readonly mostClaims: number
}

const claimHeader = 'leat.mqtt.claim'
const resignHeader = 'leat.mqtt.resign'
const nothing = Buffer.alloc(0)

/**
 * The sessions of all doors before one cluster. A session is that door's whose claim came last: what
 * another one writes of it behind that claim counts for nothing, at no door. A group is that door's
 * whose claim came first after the former dealer, and so is what is written of it.
 */
export class SharedSessions implements SessionKeeper, GroupKeeper {
  readonly store: SessionStore
  readonly #options: SharedSessionsOptions
  readonly #topic: FollowedTopic
  readonly #known = new Map<string, StoredSession>()
  readonly #doors = new Map<string, string>()

  constructor(options: SharedSessionsOptions) {
    this.#options = options
    this.#topic = new FollowedTopic({
      ...options,
      name: sessionsTopic,
      reset: () => {
        this.#known.clear()
        this.#doors.clear()
      },
      apply: (record, by, isCopy) => this.#apply(record, by, isCopy),
      isWhole: (record) => record.value === null || isSnapshot(record),
      live: () => this.#live(),
    })
    this.store = new SharedStore(this.#topic, (name) => this.owns(name))
  }

  async load(): Promise<ReadonlyMap<string, StoredSession>> {
    await this.#topic.load()
    return new Map()
  }

  /** All that are known, with what a crash may have left undone carried out. */
  async settled(): Promise<ReadonlyMap<string, StoredSession>> {
    await Promise.all([...this.#known].map((one) => recover(...one, this.#options)))
    return this.#known
  }

  async claim(name: string): Promise<StoredSession | undefined> {
    await this.#mark(name, { key: claimHeader, value: nothing })
    const found = this.find(name)
    if (found === undefined) return undefined
    // What is read from here on changes what is known, and must not change what is handed out.
    const left = { ...found, intents: new Map(found.intents), taken: new Set(found.taken) }
    await recover(name, left, this.#options)
    return left
  }

  dealerOf(name: string): string | undefined {
    return this.#doors.get(name)
  }

  async claimGroup(name: string, from: string | undefined): Promise<void> {
    await this.#mark(name, { key: claimHeader, value: Buffer.from(from ?? '') })
  }

  async resign(name: string): Promise<void> {
    await this.#mark(name, { key: resignHeader, value: nothing })
  }

  isSubscribed(filter: string): boolean {
    return this.#subscribed().has(filter)
  }

  owns(name: string): boolean {
    return (this.#doors.get(name) ?? this.#options.door) === this.#options.door
  }

  find(name: string): StoredSession | undefined {
    const found = this.#known.get(name)
    return found === undefined || this.#isOver(found) ? undefined : found
  }

  async close(): Promise<void> {
    await this.#topic.close()
  }

  /** Writes what is read for the place alone where it stands. */
  async #mark(name: string, header: Header): Promise<void> {
    const offset = await this.#topic.write({ key: name, value: nothing, headers: [header] })
    await this.#topic.readTo(offset)
  }

  #apply(record: KafkaRecord, by: string | undefined, isCopy: boolean): void {
    const name = `${record.key}`
    const isGroup = clientOfName(name) === undefined
    const door = this.#doors.get(name)
    const [mark] = record.headers
    if (mark?.key === claimHeader) {
      if (by !== undefined && (!isGroup || `${mark.value}` === (door ?? '')))
        this.#claimed(name, by)
      return
    }
    if (mark?.key === resignHeader) {
      if (by === door) this.#free(name)
      return
    }
    if (!isCopy && by !== undefined && door !== undefined && by !== door) return
    if (by !== undefined && (!isGroup || isCopy)) this.#doors.set(name, by)
    applyRecord(this.#known, record)
    if (!isGroup) return
    if (record.value === null) this.#free(name)
    else if (isCopy) this.#options.moved(name)
  }

  #free(name: string): void {
    this.#doors.delete(name)
    this.#options.moved(name)
  }

  #claimed(name: string, door: string): void {
    this.#doors.delete(name)
    this.#doors.set(name, door)
    if (this.#doors.size - this.#known.size > this.#options.mostClaims) this.#forgetOldClaim()
    if (clientOfName(name) === undefined) this.#options.moved(name)
    else if (door !== this.#options.door) this.#options.lost(name)
  }

  /** The order among claims matters for moments only, while late records may still come. */
  #forgetOldClaim(): void {
    for (const name of this.#doors.keys()) {
      if (this.#known.has(name)) continue
      this.#doors.delete(name)
      return
    }
  }

  #isOver({ leftAtMs, expirySeconds }: StoredSession): boolean {
    if (leftAtMs === undefined || expirySeconds === neverExpires) return false
    return leftAtMs + expirySeconds * 1000 <= this.#options.clock.now()
  }

  /** Filters of all sessions that are not over. */
  #subscribed(): Set<string> {
    const sessions = [...this.#known.values()].filter((session) => !this.#isOver(session))
    return new Set(sessions.flatMap(({ subscriptions }) => subscriptions.map((one) => one.filter)))
  }

  *#live() {
    const subscribed = this.#subscribed()
    for (const [name, session] of this.#known) {
      const of = this.#doors.get(name)
      const isGroup = clientOfName(name) === undefined
      const isLive = isGroup
        ? of !== undefined || subscribed.has(filterOfGroup(name))
        : !this.#isOver(session)
      if (!isLive) continue
      for (const intent of session.intents.values()) {
        for (const record of intentRecords(name, intent)) yield { ...record, of }
      }
      yield { ...snapshotRecord(name, session), of }
    }
  }
}

/** What is intended is carried out only by the door that still had the session then. */
class SharedStore extends SessionStore {
  readonly #topic: FollowedTopic
  readonly #owns: (name: string) => boolean

  constructor(topic: FollowedTopic, owns: (name: string) => boolean) {
    super(topic)
    this.#topic = topic
    this.#owns = owns
  }

  override async intend(name: string, intent: Intent): Promise<void> {
    const records = intentRecords(name, intent)
    const offsets = await Promise.all(records.map((record) => this.#topic.write(record)))
    for (const offset of offsets) await this.#topic.readTo(offset)
    if (!this.#owns(name)) throw mqttError('session-elsewhere', { name })
  }
}
