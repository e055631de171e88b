import type { LeatError } from '../../base/errors.ts'
import { CreateTopics } from '../../protocols/kafka/apis/19-create-topics.ts'
import { DeleteTopics } from '../../protocols/kafka/apis/20-delete-topics.ts'
import { DeleteRecords } from '../../protocols/kafka/apis/21-delete-records.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { Cluster } from './cluster.ts'
import type { Connection } from './connection.ts'
import { answeredError, checkAnswer } from './errors.ts'
import { type Patience, retrying } from './retry.ts'

export interface NewTopic {
  readonly name: string
  /** The broker's default, if absent. */
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly config?: Readonly<Record<string, string>>
}

export interface TopicResult {
  readonly name: string
  readonly error?: LeatError
}

type PatienceOfCalls = Patience & { readonly withinMs: number }

const brokersDefault = -1
/** Version 4 is the first in which a broker chooses the number of partitions and replicas. */
const oneReplica = 1
/** Topics are named by id as well from version 6 on. */
const byName = { atMost: 5 }

/** One result for each topic, in order; a topic that was not made has an `error`. */
export async function createTopics(
  topics: readonly NewTopic[],
  cluster: Cluster,
  patience: PatienceOfCalls,
): Promise<TopicResult[]> {
  const results = await atController(cluster, patience, async (connection) => {
    const isDefaultKnown = connection.knows(CreateTopics, 4)
    const answer = await connection.request(CreateTopics, {
      timeoutMs: patience.withinMs,
      topics: topics.map(({ name, partitions, replicationFactor, config = {} }) => ({
        name,
        numPartitions: partitions ?? (isDefaultKnown ? brokersDefault : 1),
        replicationFactor: replicationFactor ?? (isDefaultKnown ? brokersDefault : oneReplica),
        assignments: [],
        configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      })),
    })
    return answer.topics
  })
  return topics.map(({ name }) => {
    cluster.forget(name)
    const said = results.find((one) => one.name === name)
    return resultOf(name, said?.errorCode ?? -1, said?.errorMessage ?? null)
  })
}

export async function deleteTopics(
  names: readonly string[],
  cluster: Cluster,
  patience: PatienceOfCalls,
): Promise<TopicResult[]> {
  const asked = { topicNames: names, timeoutMs: patience.withinMs }
  const results = await atController(cluster, patience, async (connection) => {
    return (await connection.request(DeleteTopics, asked, byName)).responses
  })
  return names.map((name) => {
    cluster.forget(name)
    const said = results.find((one) => one.name === name)
    return resultOf(name, said?.errorCode ?? -1, said?.errorMessage ?? null)
  })
}

/** Deletes what stands before an offset; resolves with the new start of the partition. */
export async function deleteRecords(
  { topic, partition, before }: { topic: string; partition: number; before: bigint },
  cluster: Cluster,
  patience: PatienceOfCalls,
): Promise<bigint> {
  const { withinMs: timeoutMs } = patience
  const partitions = [{ partitionIndex: partition, offset: before }]
  const asked = { timeoutMs, topics: [{ name: topic, partitions }] }
  return await retrying(timeoutMs, patience, async () => {
    try {
      const connection = await cluster.broker(await cluster.leader(topic, partition))
      const answer = await connection.request(DeleteRecords, asked)
      const said = answer.topics[0]?.partitions[0]
      checkAnswer(said?.errorCode ?? -1, `Partition ${partition} of topic '${topic}'`)
      return said?.lowWatermark ?? -1n
    } catch (error) {
      cluster.forget(topic)
      throw error
    }
  })
}

/** Asks again where the controller is not the controller any more, or is gone. */
async function atController<Result extends { readonly errorCode: number }>(
  cluster: Cluster,
  patience: PatienceOfCalls,
  ask: (connection: Connection) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  return await retrying(patience.withinMs, patience, () =>
    cluster.askController(async (connection) => {
      const results = await ask(connection)
      const isElsewhere = results.some((one) => one.errorCode === errorCode.NOT_CONTROLLER)
      if (isElsewhere) throw answeredError(errorCode.NOT_CONTROLLER, 'The controller has moved')
      return results
    }),
  )
}

function resultOf(name: string, code: number, message: string | null): TopicResult {
  if (code === 0) return { name }
  const about = message === null ? `Topic '${name}'` : `Topic '${name}' (${message})`
  return { name, error: answeredError(code, about) }
}
