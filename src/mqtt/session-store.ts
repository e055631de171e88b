import { type Clock, pause } from '../base/clock.ts'
import { LeatError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { sentence } from './errors.ts'
import { produceIntent } from './exactly-once.ts'
import type { Kafka } from './kafka.ts'
import { StateTopic, type StateTopicOptions } from './state-topic.ts'
import {
  applyRecord,
  eventRecord,
  type Intent,
  intentRecords,
  positionsAsText,
  type SessionEvent,
  type StoredSession,
  snapshotRecord,
} from './stored-session.ts'

const topicName = '__mqtt_sessions'
const recoverPauseMs = 500

interface SessionStoreOptions extends Omit<StateTopicOptions, 'name' | 'live'> {
  /** The durable sessions as they are now. */
  readonly sessions: () => Iterable<[name: string, session: StoredSession]>
}

/**
 * Durable sessions and the groups of shared subscriptions, in the topic `__mqtt_sessions`: a record
 * for each step that must be kept. Sessions are named `client:ID`, groups `group:$share/GROUP/FILTER`.
 */
export class SessionStore {
  readonly #topic: StateTopic
  readonly #kafka: Kafka
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #sessions: SessionStoreOptions['sessions']

  constructor(options: SessionStoreOptions) {
    this.#kafka = options.kafka
    this.#clock = options.clock
    this.#logger = options.logger
    this.#sessions = options.sessions
    this.#topic = new StateTopic({ ...options, name: topicName, live: () => this.#live() })
  }

  /** Reads all sessions, and carries out what a crash may have left undone. */
  async load(): Promise<Map<string, StoredSession>> {
    const sessions = new Map<string, StoredSession>()
    await this.#topic.load((record) => applyRecord(sessions, record))
    await Promise.all([...sessions].map(([name, session]) => this.#recover(name, session)))
    return sessions
  }

  save(name: string, session: StoredSession): Promise<void> {
    return this.#topic.write(snapshotRecord(name, session))
  }

  savePositions(name: string, positions: ReadonlyMap<string, bigint>): Promise<void> {
    return this.event(name, { kind: 'positions', positions: positionsAsText(positions) })
  }

  event(name: string, event: SessionEvent): Promise<void> {
    return this.#topic.write(eventRecord(name, event))
  }

  async intend(name: string, intent: Intent): Promise<void> {
    await Promise.all(intentRecords(name, intent).map((record) => this.#topic.write(record)))
  }

  remove(name: string): Promise<void> {
    return this.#topic.write({ key: name, value: null })
  }

  async #recover(name: string, session: StoredSession): Promise<void> {
    for (const intent of session.intents.values()) {
      try {
        await produceIntent(this.#kafka, intent, async () => {
          await pause(recoverPauseMs, { clock: this.#clock })
          return true
        })
      } catch (error) {
        if (!(error instanceof LeatError)) throw error
        this.#logger.error('Messages of QoS 2 from before the restart could not be written', {
          name,
          topic: intent.topic,
          error: sentence(error),
        })
        for (const id of intent.packetIds) session.taken.delete(id)
      }
    }
    session.intents.clear()
  }

  *#live() {
    for (const [name, session] of this.#sessions()) {
      yield snapshotRecord(name, session)
      for (const intent of session.intents.values()) yield* intentRecords(name, intent)
    }
  }
}
