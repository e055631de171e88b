import type { PartitionLog } from '../../log/index.ts'
import { Fetch } from '../../protocols/kafka/apis/01-fetch.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { isPlanned, type Plan, planFetch } from '../fetch-plan.ts'
import { type Found, fill, find } from '../fetch-read.ts'
import { type FetchSession, type FetchTarget, nextEpoch } from '../fetch-sessions.ts'
import { type Context, handler } from '../handler.ts'

/**
 * Answers with the log's own bytes. Where there are fewer than the client wants it waits for more,
 * as long as the client allows.
 */
export const fetch = handler(Fetch, async (request, context) => {
  const plan = planFetch(request, context)
  if (!isPlanned(plan)) {
    return { throttleTimeMs: 0, errorCode: plan.errorCode, sessionId: 0, responses: [] }
  }
  const targets = [...plan.targets.values()]
  const { quotas } = context.broker
  const maxBytes = Math.min(request.maxBytes, quotas.mostAtOnce('consumer_byte_rate', context))
  const minBytes = Math.min(request.minBytes, maxBytes)
  let found = find(targets, maxBytes, context)
  const endMs = context.broker.clock.now() + request.maxWaitMs
  while (targets.length > 0 && !isEnough(found, minBytes)) {
    const leftMs = endMs - context.broker.clock.now()
    if (leftMs <= 0 || context.gone.aborted) break
    const logs = found.flatMap(({ log }) => (log === undefined ? [] : [log]))
    if (!(await context.broker.waitingRoom.wait(logs as PartitionLog[], leftMs, context.gone)))
      break
    found = find(targets, maxBytes, context)
  }
  const bytes = bytesOf(found)
  const throttleMs = quotas.record('consumer_byte_rate', context, bytes)
  if (throttleMs > 0) {
    quotas.takeBack('consumer_byte_rate', context, bytes)
    context.throttle(throttleMs)
    return withoutRecords(plan, context)
  }
  const answers = fill(found, context)
  const { session, incremental } = plan
  const told = incremental
    ? answers.filter(({ found, data }) => isNews(found.target, data))
    : answers
  for (const { found, data } of answers) remember(found.target, data)
  if (session !== undefined) rotate(session, answers)
  if (session !== undefined && incremental) session.epoch = nextEpoch(session.epoch)
  return {
    throttleTimeMs: 0,
    errorCode: errorCode.NONE,
    sessionId: session?.id ?? 0,
    responses: byTopic(told, context),
  }
})

type Answers = ReturnType<typeof fill>
type Data = Answers[number]['data']

function bytesOf(found: readonly Found[]): number {
  return found.reduce((sum, { slice }) => sum + (slice?.bytes ?? 0), 0)
}

/** A client that read more than it may gets nothing now; a session that it would begin is none. */
function withoutRecords({ session, incremental }: Plan, { broker }: Context) {
  if (session !== undefined && incremental) session.epoch = nextEpoch(session.epoch)
  else if (session !== undefined) broker.fetchSessions.remove(session.id)
  const sessionId = session !== undefined && incremental ? session.id : 0
  return { throttleTimeMs: 0, errorCode: errorCode.NONE, sessionId, responses: [] }
}

/** An error or a partition that moved elsewhere is told at once, as Kafka does. */
function isEnough(found: readonly Found[], minBytes: number): boolean {
  let bytes = 0
  for (const one of found) {
    if (one.errorCode !== errorCode.NONE) return true
    bytes += one.slice?.bytes ?? 0
  }
  return bytes >= minBytes
}

function isNews(target: FetchTarget, data: Data): boolean {
  return (
    data.errorCode !== errorCode.NONE ||
    data.records.length > 0 ||
    data.highWatermark !== target.highWatermark ||
    data.logStartOffset !== target.logStartOffset
  )
}

function remember(target: FetchTarget, data: Data): void {
  target.highWatermark = data.highWatermark
  target.logStartOffset = data.logStartOffset
}

/** Who got records goes to the end of the session, so that the others are served first next time. */
function rotate(session: FetchSession, answers: Answers): void {
  for (const { found, data } of answers) {
    if (data.records.length === 0 || session.targets.get(found.key) !== found.target) continue
    session.targets.delete(found.key)
    session.targets.set(found.key, found.target)
  }
}

function byTopic(answers: Answers, { broker }: Context) {
  const topics = new Map<string, { topic: string; topicId: Buffer; partitions: Data[] }>()
  for (const { found, data } of answers) {
    const { topic, topicId } = found.target
    const name = topicId === '' ? topic : topicId
    const entry = topics.get(name)
    if (entry === undefined) {
      const idBytes = broker.topics.byId(topicId)?.idBytes ?? Buffer.from(topicId, 'base64url')
      topics.set(name, { topic, topicId: idBytes, partitions: [data] })
    } else entry.partitions.push(data)
  }
  return [...topics.values()]
}
