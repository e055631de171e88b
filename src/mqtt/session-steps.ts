import type { Logger } from '../base/logger.ts'
import { partitionName, type Subscriber } from './cursor.ts'
import { sentence } from './errors.ts'
import type { Delivery, Recorder } from './outbox.ts'
import type { SessionStore } from './session-store.ts'
import { type Intent, placeName, type SessionEvent } from './stored-session.ts'

/** A session, as far as its steps are concerned. */
interface SteppingSession extends Subscriber {
  readonly name: string
  readonly durable: boolean
  /** Whether the log knows of it. */
  readonly stored: boolean
  readonly ended: boolean
  /** QoS 2 from the client: packet identifiers that it has not released. */
  readonly taken: Set<number>
}

/** The steps of QoS 2 that a durable session makes sure of in the log, in both directions. */
export class SessionSteps implements Recorder {
  /** Messages from the client that may be missing in the log, by partition. */
  readonly intents = new Map<string, Intent>()
  /** Messages to the client that it has, though the position is before them, by place. */
  readonly completedPlaces = new Set<string>()
  readonly #session: SteppingSession
  readonly #around: { readonly store: SessionStore; readonly logger: Logger }

  constructor(session: SteppingSession, around: { store: SessionStore; logger: Logger }) {
    this.#session = session
    this.#around = around
  }

  async intend(intent: Intent): Promise<void> {
    this.intents.set(partitionName(intent.topic, intent.partition), intent)
    if (this.#session.durable) await this.#around.store.intend(this.#session.name, intent)
  }

  settled(intent: Intent, how: 'written' | 'refused'): void {
    this.intents.delete(partitionName(intent.topic, intent.partition))
    if (how === 'written') return
    for (const packetId of intent.packetIds) {
      this.#session.taken.delete(packetId)
      this.#recordLater({ kind: 'released', packetId })
    }
  }

  released(packetId: number): Promise<void> | undefined {
    return this.#record({ kind: 'released', packetId })
  }

  sent({ cursor, offset, packetId }: Delivery): Promise<void> | undefined {
    if (cursor === undefined) return undefined
    const { topic, partition } = cursor
    const message = { topic, partition, offset: `${offset}`, received: false }
    return this.#record({ kind: 'sent', packetId, ...message })
  }

  received({ cursor, packetId }: Delivery): Promise<void> | undefined {
    return cursor && this.#record({ kind: 'received', packetId })
  }

  completed({ cursor, offset, packetId }: Delivery): void {
    if (cursor === undefined || !this.#session.durable) return
    // The group of a shared subscription knows by itself what is done.
    if (cursor.owner === this.#session) {
      this.completedPlaces.add(placeName(cursor.topic, cursor.partition, offset))
    }
    this.#recordLater({ kind: 'completed', packetId })
  }

  #record(event: SessionEvent): Promise<void> | undefined {
    const { name, stored, ended } = this.#session
    if (!stored || ended) return undefined
    return this.#around.store.event(name, event).catch((error) => {
      this.#around.logger.error('A step of a session could not be stored', {
        ...{ session: name, step: event.kind, error: sentence(error) },
      })
      throw error
    })
  }

  /** For steps that may be lost without harm: after a crash they are taken again. */
  #recordLater(event: SessionEvent): void {
    this.#record(event)?.catch(() => {})
  }
}
