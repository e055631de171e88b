import { mqttError } from './errors.ts'
import { FollowedTopic, type FollowedTopicOptions } from './followed-topic.ts'
import type { KafkaRecord } from './kafka.ts'
import { recover, type SessionKeeper, sessionsTopic } from './session-keeper.ts'
import { clientOfName, SessionStore } from './session-store.ts'
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
  /** Any session may have been claimed by others, unseen. */
  readonly missed: () => void
  /** Claims of sessions that are not stored, remembered at a time. */
  readonly mostClaims: number
}

const claimHeader = 'leat.mqtt.claim'

/**
 * The sessions of all doors before one cluster. A session is that door's whose claim came last: what
 * another one writes of it behind that claim counts for nothing, at no door.
 */
export class SharedSessions implements SessionKeeper {
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
    const headers = [{ key: claimHeader, value: Buffer.alloc(0) }]
    const offset = await this.#topic.write({ key: name, value: Buffer.alloc(0), headers })
    await this.#topic.readTo(offset)
    const found = this.find(name)
    if (found === undefined) return undefined
    // What is read from here on changes what is known, and must not change what is handed out.
    const left = { ...found, intents: new Map(found.intents), taken: new Set(found.taken) }
    await recover(name, left, this.#options)
    return left
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

  #apply(record: KafkaRecord, by: string | undefined, isCopy: boolean): void {
    const name = `${record.key}`
    if (record.headers[0]?.key === claimHeader) {
      if (by !== undefined) this.#claimed(name, by)
      return
    }
    const door = this.#doors.get(name)
    if (!isCopy && by !== undefined && door !== undefined && by !== door) return
    if (by !== undefined && clientOfName(name) !== undefined) this.#doors.set(name, by)
    applyRecord(this.#known, record)
  }

  #claimed(name: string, door: string): void {
    this.#doors.delete(name)
    this.#doors.set(name, door)
    if (this.#doors.size - this.#known.size > this.#options.mostClaims) this.#forgetOldClaim()
    if (door !== this.#options.door) this.#options.lost(name)
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

  *#live() {
    for (const [name, session] of this.#known) {
      if (clientOfName(name) !== undefined && this.#isOver(session)) continue
      const of = this.#doors.get(name)
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
