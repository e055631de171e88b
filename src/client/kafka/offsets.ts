import { isRetriable, LeatError } from '../../base/errors.ts'
import { ListOffsets } from '../../protocols/kafka/apis/02-list-offsets.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import type { Cluster } from './cluster.ts'
import { asLeatError, checkAnswer } from './errors.ts'
import { isolationLevel } from './isolation.ts'
import { type Patience, retrying } from './retry.ts'

export interface AskedOffset {
  readonly topic: string
  readonly partition: number
  /** The first record, the end, or the first record with at least this timestamp (milliseconds). */
  readonly at: 'earliest' | 'latest' | bigint
  /** Whether the end is before the first record of a transaction that is still open. */
  readonly committedOnly?: boolean | undefined
}

export interface FoundOffset {
  readonly topic: string
  readonly partition: number
  /** -1 if no record is that new. */
  readonly offset: bigint
  readonly timestamp: bigint
  readonly error?: LeatError
}

const specialTimestamps = { earliest: -2n, latest: -1n }

/**
 * One answer for each question, in order; what went wrong stands in its `error`. A broker is asked
 * once for all of its partitions.
 */
export async function listOffsets(
  asked: readonly AskedOffset[],
  cluster: Cluster,
  patience: Patience,
  withinMs: number,
): Promise<FoundOffset[]> {
  const found = asked.map(unanswered)
  const askRest = async () => {
    const open = [...found.keys()].filter((index) => isOpen(found[index]))
    const answers = await askOnce(
      open.map((index) => asked[index] as AskedOffset),
      cluster,
    )
    for (const [at, index] of open.entries()) found[index] = answers[at] as FoundOffset
    const failure = found.find(isOpen)?.error
    if (failure !== undefined) throw failure
  }
  // Whatever it ends with stands beside the question that it is about.
  await retrying(withinMs, patience, askRest).catch(() => {})
  return found
}

const notYet = new LeatError('not-asked', 'The offset was not asked for yet.', { retriable: true })

function unanswered({ topic, partition }: AskedOffset): FoundOffset {
  return failed({ topic, partition }, notYet)
}

function failed({ topic, partition }: Place, error: unknown): FoundOffset {
  return { topic, partition, offset: -1n, timestamp: -1n, error: asLeatError(error) }
}

function isOpen(one: FoundOffset | undefined): boolean {
  return one?.error !== undefined && isRetriable(one.error)
}

async function askOnce(asked: readonly AskedOffset[], cluster: Cluster): Promise<FoundOffset[]> {
  await learnTopics(asked, cluster)
  const answers = new Map<AskedOffset, FoundOffset>()
  const led = await Promise.all(
    asked.map(async (one) => {
      try {
        return { one, leader: await cluster.leader(one.topic, one.partition) }
      } catch (error) {
        answers.set(one, lost(one, error, cluster))
        return undefined
      }
    }),
  )
  // A partition stands at most once in a request, so that each has one kind of question.
  const requests = Map.groupBy(
    led.filter((found) => found !== undefined),
    ({ one: { at, committedOnly = false }, leader }) => `${leader} ${at} ${committedOnly}`,
  )
  await Promise.all(
    Array.from(requests.values(), async (request) => {
      const questions = request.map(({ one }) => one)
      try {
        const told = await askLeader(request[0]?.leader ?? -1, questions, cluster)
        for (const one of questions) answers.set(one, answerTo(one, told, cluster))
      } catch (error) {
        for (const one of questions) answers.set(one, lost(one, error, cluster))
      }
    }),
  )
  return asked.map((one) => answers.get(one) ?? unanswered(one))
}

/** Many topics that nothing is known of are asked for together. */
async function learnTopics(asked: readonly AskedOffset[], cluster: Cluster): Promise<void> {
  const names = new Set(asked.map(({ topic }) => topic))
  const unknown = [...names].filter((name) => cluster.cached(name) === undefined)
  // What fails here fails again where each topic is asked for, and is told there.
  if (unknown.length > 1) await cluster.topics(unknown).catch(() => {})
}

type Told = MessageOf<(typeof ListOffsets)['response']>['topics'][number]['partitions'][number]

async function askLeader(
  leader: number,
  asked: readonly AskedOffset[],
  cluster: Cluster,
): Promise<Map<string, Told>> {
  const [{ at = 'latest', committedOnly } = {}] = asked
  const timestamp = typeof at === 'bigint' ? at : specialTimestamps[at]
  const byTopic = Map.groupBy(new Set(asked.map(keyOf)), (key) => key.slice(0, key.indexOf('/')))
  const connection = await cluster.broker(leader)
  const { topics } = await connection.request(ListOffsets, {
    replicaId: -1,
    isolationLevel: isolationLevel(committedOnly),
    topics: Array.from(byTopic, ([name, keys]) => ({
      name,
      partitions: keys.map((key) => ({
        partitionIndex: Number(key.slice(name.length + 1)),
        timestamp,
      })),
    })),
  })
  return new Map(
    topics.flatMap(({ name: topic, partitions }) =>
      partitions.map((told) => [keyOf({ topic, partition: told.partitionIndex }), told] as const),
    ),
  )
}

function answerTo(one: AskedOffset, told: Map<string, Told>, cluster: Cluster): FoundOffset {
  const { topic, partition } = one
  const answer = told.get(keyOf(one))
  try {
    checkAnswer(answer?.errorCode ?? -1, `Partition ${partition} of topic '${topic}'`)
  } catch (error) {
    return lost(one, error, cluster)
  }
  return { topic, partition, offset: answer?.offset ?? -1n, timestamp: answer?.timestamp ?? -1n }
}

/** Its leader is asked for again. */
function lost(one: AskedOffset, error: unknown, cluster: Cluster): FoundOffset {
  cluster.forget(one.topic)
  return failed(one, error)
}

type Place = Pick<AskedOffset, 'topic' | 'partition'>

/** No name of a topic has a slash. */
function keyOf({ topic, partition }: Place): string {
  return `${topic}/${partition}`
}
