import { type Clock, pause } from '../base/clock.ts'
import { LeatError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { sentence } from './errors.ts'
import { produceIntent } from './exactly-once.ts'
import type { Kafka } from './kafka.ts'
import type { SessionStore } from './session-store.ts'
import type { StoredSession } from './stored-session.ts'

export const sessionsTopic = '__mqtt_sessions'
const recoverPauseMs = 500

/**
 * Who keeps durable sessions, and the groups of shared subscriptions: sessions are named `client:ID`,
 * groups `group:$share/GROUP/FILTER`.
 */
export interface SessionKeeper {
  readonly store: SessionStore
  /** Reads what there is; resolves with the sessions that are this door's from the beginning. */
  load(): Promise<ReadonlyMap<string, StoredSession>>
  /** Makes a session this door's; resolves with what another door has left of it. */
  claim(name: string): Promise<StoredSession | undefined>
  /** Whether no other door has claimed it since. */
  owns(name: string): boolean
  /** What other doors have written of it. */
  find(name: string): StoredSession | undefined
  close(): Promise<void>
}

/** Which door deals for the group of a shared subscription, where there are several doors. */
export interface GroupKeeper {
  /** Undefined where none does. */
  dealerOf(name: string): string | undefined
  /** Makes this door the dealer in place of `from`; it is not where another one was faster. */
  claimGroup(name: string, from: string | undefined): Promise<void>
  /** Leaves a group to whoever claims it. */
  resign(name: string): Promise<void>
  /** What the last dealer has stored. */
  find(name: string): StoredSession | undefined
  /** Whether a durable session has this subscription, wherever it is. */
  isSubscribed(filter: string): boolean
}

/** Carries out what a door that is gone may have left undone. */
export async function recover(
  name: string,
  session: StoredSession,
  around: { readonly kafka: Kafka; readonly clock: Clock; readonly logger: Logger },
): Promise<void> {
  for (const intent of session.intents.values()) {
    try {
      await produceIntent(around.kafka, intent, async () => {
        await pause(recoverPauseMs, { clock: around.clock })
        return true
      })
    } catch (error) {
      if (!(error instanceof LeatError)) throw error
      around.logger.error('Messages of QoS 2 from before the restart could not be written', {
        name,
        topic: intent.topic,
        error: sentence(error),
      })
      for (const id of intent.packetIds) session.taken.delete(id)
    }
  }
  session.intents.clear()
}
