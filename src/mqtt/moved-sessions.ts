/**
 * Durable sessions that go on at another cluster. Their positions are offsets, which may be others
 * there, and what a crash left undone is known to the old cluster alone.
 */
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Header, Kafka } from './kafka.ts'
import { defaultLimits } from './limits.ts'
import { sessionsTopic } from './session-keeper.ts'
import { SharedSessions } from './shared-sessions.ts'
import { placeName, type StoredSession, sentAt, snapshotRecord } from './stored-session.ts'

export type StoredSessions = ReadonlyMap<string, StoredSession>

/** What an offset is at the other cluster; undefined where its topic is not there. */
type Translate = (topic: string, partition: number, offset: bigint) => bigint | undefined

/** Carries out what a crash may have left undone, and resolves to the sessions as they are then. */
export async function settledSessions(
  kafka: Kafka,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<StoredSessions> {
  const [topic] = await kafka.topics([sessionsTopic])
  if (topic?.error?.code === 'unknown-topic-or-partition') return new Map()
  const { garbageBytes, sessions: mostClaims } = defaultLimits
  const producer = kafka.producer()
  const nobody = { door: '', lost() {}, moved() {}, missed() {}, mostClaims }
  // Also those of several doors; the only door of a log writes less, and is read the same way.
  const sessions = new SharedSessions({ kafka, producer, clock, logger, garbageBytes, ...nobody })
  try {
    await sessions.load()
    return await sessions.settled()
  } finally {
    await sessions.close()
    await producer.close()
  }
}

/** Writes each session anew at the other cluster, with its positions there. */
export async function moveSessions(
  sessions: StoredSessions,
  target: Kafka,
  { translate, mark, clock }: { translate: Translate; mark: Header; clock: Clock },
): Promise<void> {
  if (sessions.size === 0) return
  const producer = target.producer()
  try {
    for (const [name, session] of sessions) {
      const snapshot = snapshotRecord(name, translated(session, translate))
      // What was intended is done; the old producer's sequence means nothing to this cluster.
      for (const value of [null, snapshot.value]) {
        await producer.send({
          ...{ topic: sessionsTopic, partition: 0, key: Buffer.from(name), value },
          ...{ headers: [mark], timestamp: BigInt(clock.now()) },
        })
      }
    }
  } finally {
    await producer.close()
  }
}

function translated(session: StoredSession, translate: Translate): StoredSession {
  const at = (topic: string, partition: number, offset: bigint) =>
    translate(topic, partition, offset) ?? offset
  return {
    ...session,
    positions: new Map(
      Array.from(session.positions, ([name, offset]) => {
        const slash = name.lastIndexOf('/')
        return [name, at(name.slice(0, slash), Number(name.slice(slash + 1)), offset)]
      }),
    ),
    sent: new Map(
      Array.from(session.sent, ([packetId, { topic, partition, offset, received }]) => [
        packetId,
        { topic, partition, offset: `${at(topic, partition, BigInt(offset))}`, received },
      ]),
    ),
    completed: new Set(
      Array.from(session.completed, (place) => {
        const { topic, partition, offset } = sentAt(place)
        return placeName(topic, partition, at(topic, partition, BigInt(offset)))
      }),
    ),
  }
}
