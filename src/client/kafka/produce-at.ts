import { Produce } from '../../protocols/kafka/apis/00-produce.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { encodeBatch, type RecordDraft } from '../../protocols/kafka/record-batch.ts'
import type { Cluster } from './cluster.ts'
import { checkAnswer } from './errors.ts'
import { type Patience, retrying } from './retry.ts'

export interface SequencedBatch {
  readonly topic: string
  readonly partition: number
  readonly producerId: bigint
  readonly epoch: number
  /** Of the first record; the next batch goes on behind the last. */
  readonly sequence: number
  readonly records: readonly RecordDraft[]
}

const byName = { atMost: 12 }

/**
 * Writes one batch under a sequence that the caller keeps: repeating it, also after a crash, writes
 * nothing twice. Resolves with the first offset, or -1 for a repetition that is long past.
 */
export async function produceAt(
  batch: SequencedBatch,
  cluster: Cluster,
  patience: Patience,
  timeoutMs: number,
): Promise<bigint> {
  const { topic, partition, producerId, epoch, sequence, records } = batch
  return await retrying(timeoutMs, patience, async () => {
    const encoded = encodeBatch({
      records,
      producerId,
      producerEpoch: epoch,
      baseSequence: sequence,
    })
    try {
      const connection = await cluster.broker(await cluster.leader(topic, partition))
      const partitionData = [{ index: partition, records: encoded }]
      const body = { acks: -1, timeoutMs, topicData: [{ name: topic, partitionData }] }
      const answer = await connection.request(Produce, body, byName)
      const said = answer.responses[0]?.partitionResponses[0]
      if (said?.errorCode === errorCode.DUPLICATE_SEQUENCE_NUMBER) return -1n
      checkAnswer(said?.errorCode ?? -1, `Partition ${partition} of topic '${topic}'`)
      return said?.baseOffset ?? -1n
    } catch (error) {
      cluster.forget(topic)
      throw error
    }
  })
}
