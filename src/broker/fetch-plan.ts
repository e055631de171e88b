import type { Fetch } from '../protocols/kafka/apis/01-fetch.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../protocols/kafka/schema.ts'
import { type FetchSession, type FetchTarget, targetKey } from './fetch-sessions.ts'
import type { Context } from './handler.ts'

type Request = MessageOf<typeof Fetch.request>

export interface Plan {
  /** Absent where the client fetches without a session. */
  readonly session: FetchSession | undefined
  /** Whether partitions without news may be left out of the answer. */
  readonly incremental: boolean
  readonly targets: ReadonlyMap<string, FetchTarget>
}

/** The epochs by which a client opens a session and ends one (`FetchMetadata` of Kafka). */
const firstEpoch = 0
const lastEpoch = -1
const noSession = 0
const firstVersionWithTopicIds = 13

/** Which partitions a fetch is about: those it names, or those of its session with its changes. */
export function planFetch(request: Request, context: Context): Plan | { errorCode: number } {
  const { sessionId, sessionEpoch } = request
  const sessions = context.broker.fetchSessions
  if (sessionEpoch === lastEpoch || sessionEpoch === firstEpoch) {
    if (sessionId !== noSession) sessions.remove(sessionId)
    const targets = new Map<string, FetchTarget>()
    update(targets, request, context.version)
    const session = sessionEpoch === firstEpoch ? sessions.create(targets) : undefined
    return { session, incremental: false, targets }
  }
  const session = sessions.use(sessionId)
  if (session === undefined) return { errorCode: errorCode.FETCH_SESSION_ID_NOT_FOUND }
  if (session.epoch !== sessionEpoch) return { errorCode: errorCode.INVALID_FETCH_SESSION_EPOCH }
  update(session.targets, request, context.version)
  return { session, incremental: true, targets: session.targets }
}

export function isPlanned(plan: Plan | { errorCode: number }): plan is Plan {
  return 'targets' in plan
}

function update(targets: Map<string, FetchTarget>, request: Request, version: number): void {
  const idOf = (id: Buffer) => (version < firstVersionWithTopicIds ? '' : id.toString('base64url'))
  for (const { topic, topicId, partitions } of request.forgottenTopicsData) {
    for (const partition of partitions) targets.delete(targetKey(topic, idOf(topicId), partition))
  }
  for (const { topic, topicId: idBytes, partitions } of request.topics) {
    const topicId = idOf(idBytes)
    for (const { partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch } of partitions) {
      const key = targetKey(topic, topicId, partition)
      const known = targets.get(key)
      if (known === undefined) {
        targets.set(key, {
          topic,
          topicId,
          partition,
          fetchOffset,
          maxBytes: partitionMaxBytes,
          currentLeaderEpoch,
          highWatermark: -1n,
          logStartOffset: -1n,
        })
      } else {
        known.fetchOffset = fetchOffset
        known.maxBytes = partitionMaxBytes
        known.currentLeaderEpoch = currentLeaderEpoch
      }
    }
  }
}
