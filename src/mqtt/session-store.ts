import type { StateRecord } from './state-partition.ts'
import {
  eventRecord,
  type Intent,
  intentRecords,
  positionsAsText,
  type SessionEvent,
  type StoredSession,
  snapshotRecord,
} from './stored-session.ts'

const clientPrefix = 'client:'
export const nameOfClient = (clientId: string) => clientPrefix + clientId
/** Undefined for the name of a group. */
export const clientOfName = (name: string) =>
  name.startsWith(clientPrefix) ? name.slice(clientPrefix.length) : undefined

const groupPrefix = 'group:'
export const nameOfGroup = (filter: string) => groupPrefix + filter
/** Of a name that is no client's. */
export const filterOfGroup = (name: string) => name.slice(groupPrefix.length)

/** Where steps are kept: resolves once a record is as durable as the log promises. */
export interface StateWriter {
  write(record: StateRecord): Promise<unknown>
}

/** The steps of durable sessions and of groups of shared subscriptions, as records. */
export class SessionStore {
  readonly #topic: StateWriter

  constructor(topic: StateWriter) {
    this.#topic = topic
  }

  async save(name: string, session: StoredSession): Promise<void> {
    await this.#topic.write(snapshotRecord(name, session))
  }

  async savePositions(name: string, positions: ReadonlyMap<string, bigint>): Promise<void> {
    await this.event(name, { kind: 'positions', positions: positionsAsText(positions) })
  }

  async event(name: string, event: SessionEvent): Promise<void> {
    await this.#topic.write(eventRecord(name, event))
  }

  async intend(name: string, intent: Intent): Promise<void> {
    await Promise.all(intentRecords(name, intent).map((record) => this.#topic.write(record)))
  }

  async remove(name: string): Promise<void> {
    await this.#topic.write({ key: name, value: null })
  }
}
