import { recover, type SessionKeeper, sessionsTopic } from './session-keeper.ts'
import { SessionStore } from './session-store.ts'
import { StateTopic, type StateTopicOptions } from './state-topic.ts'
import { applyRecord, intentRecords, type StoredSession, snapshotRecord } from './stored-session.ts'

export interface OwnSessionsOptions extends Omit<StateTopicOptions, 'name' | 'live' | 'apply'> {
  /** The durable sessions as they are now. */
  readonly sessions: () => Iterable<[name: string, session: StoredSession]>
}

/** The sessions of the only door of a log: all of them are its own. */
export class OwnSessions implements SessionKeeper {
  readonly store: SessionStore
  readonly #options: OwnSessionsOptions
  readonly #topic: StateTopic
  readonly #read = new Map<string, StoredSession>()

  constructor(options: OwnSessionsOptions) {
    this.#options = options
    this.#topic = new StateTopic({
      ...options,
      name: sessionsTopic,
      apply: (record) => applyRecord(this.#read, record),
      live: () => this.#live(),
    })
    this.store = new SessionStore(this.#topic)
  }

  async load(): Promise<ReadonlyMap<string, StoredSession>> {
    this.#read.clear()
    await this.#topic.load()
    const sessions = new Map(this.#read)
    this.#read.clear()
    const recovering = [...sessions].map((one) => recover(...one, this.#options))
    await Promise.all(recovering)
    return sessions
  }

  async claim(): Promise<undefined> {}

  owns(): boolean {
    return true
  }

  find(): undefined {}

  async close(): Promise<void> {}

  *#live() {
    for (const [name, session] of this.#options.sessions()) {
      yield snapshotRecord(name, session)
      for (const intent of session.intents.values()) yield* intentRecords(name, intent)
    }
  }
}
