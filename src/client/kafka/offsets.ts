import type { LeatError } from '../../base/errors.ts'
import { ListOffsets } from '../../protocols/kafka/apis/02-list-offsets.ts'
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

/** One answer for each question, in order; what went wrong stands in its `error`. */
export async function listOffsets(
  asked: readonly AskedOffset[],
  cluster: Cluster,
  patience: Patience,
  withinMs: number,
): Promise<FoundOffset[]> {
  return await Promise.all(
    asked.map(async (one) => {
      const { topic, partition } = one
      try {
        return await retrying(withinMs, patience, () => listOffset(one, cluster))
      } catch (error) {
        return { topic, partition, offset: -1n, timestamp: -1n, error: asLeatError(error) }
      }
    }),
  )
}

/** Throws what the broker answers; retriably, if the leader has to be found again. */
async function listOffset({ topic, partition, ...asked }: AskedOffset, cluster: Cluster) {
  const { at, committedOnly } = asked
  const timestamp = typeof at === 'bigint' ? at : specialTimestamps[at]
  try {
    const connection = await cluster.broker(await cluster.leader(topic, partition))
    const answer = await connection.request(ListOffsets, {
      replicaId: -1,
      isolationLevel: isolationLevel(committedOnly),
      topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp }] }],
    })
    const found = answer.topics[0]?.partitions[0]
    checkAnswer(found?.errorCode ?? -1, `Partition ${partition} of topic '${topic}'`)
    return {
      topic,
      partition,
      offset: found?.offset ?? -1n,
      timestamp: found?.timestamp ?? -1n,
    }
  } catch (error) {
    cluster.forget(topic)
    throw error
  }
}
