import type { LeatError } from '../../base/errors.ts'
import { CreateTopics } from '../../protocols/kafka/apis/19-create-topics.ts'
import { DeleteTopics } from '../../protocols/kafka/apis/20-delete-topics.ts'
import { DeleteRecords } from '../../protocols/kafka/apis/21-delete-records.ts'
import type { Cluster } from './cluster.ts'
import { answeredError, checkAnswer } from './errors.ts'

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

const brokersDefault = -1
/** Version 4 is the first in which a broker chooses the number of partitions and replicas. */
const oneReplica = 1
/** Topics are named by id as well from version 6 on. */
const byName = { atMost: 5 }

/** One result for each topic, in order; a topic that was not made has an `error`. */
export async function createTopics(
  topics: readonly NewTopic[],
  cluster: Cluster,
  timeoutMs: number,
): Promise<TopicResult[]> {
  const connection = await cluster.controller()
  const isDefaultKnown = connection.knows(CreateTopics, 4)
  const answer = await connection.request(CreateTopics, {
    timeoutMs,
    topics: topics.map(({ name, partitions, replicationFactor, config = {} }) => ({
      name,
      numPartitions: partitions ?? (isDefaultKnown ? brokersDefault : 1),
      replicationFactor: replicationFactor ?? (isDefaultKnown ? brokersDefault : oneReplica),
      assignments: [],
      configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
  })
  return topics.map(({ name }) => {
    cluster.forget(name)
    const said = answer.topics.find((one) => one.name === name)
    return resultOf(name, said?.errorCode ?? -1, said?.errorMessage ?? null)
  })
}

export async function deleteTopics(
  names: readonly string[],
  cluster: Cluster,
  timeoutMs: number,
): Promise<TopicResult[]> {
  const connection = await cluster.controller()
  const answer = await connection.request(DeleteTopics, { topicNames: names, timeoutMs }, byName)
  return names.map((name) => {
    cluster.forget(name)
    const said = answer.responses.find((one) => one.name === name)
    return resultOf(name, said?.errorCode ?? -1, said?.errorMessage ?? null)
  })
}

/** Deletes what stands before an offset; resolves with the new start of the partition. */
export async function deleteRecords(
  { topic, partition, before }: { topic: string; partition: number; before: bigint },
  cluster: Cluster,
  timeoutMs: number,
): Promise<bigint> {
  const connection = await cluster.broker(await cluster.leader(topic, partition))
  const partitions = [{ partitionIndex: partition, offset: before }]
  const answer = await connection.request(DeleteRecords, {
    timeoutMs,
    topics: [{ name: topic, partitions }],
  })
  const said = answer.topics[0]?.partitions[0]
  if (said !== undefined && said.errorCode !== 0) cluster.forget(topic)
  checkAnswer(said?.errorCode ?? -1, `Partition ${partition} of topic '${topic}'`)
  return said?.lowWatermark ?? -1n
}

function resultOf(name: string, code: number, message: string | null): TopicResult {
  if (code === 0) return { name }
  const about = message === null ? `Topic '${name}'` : `Topic '${name}' (${message})`
  return { name, error: answeredError(code, about) }
}
