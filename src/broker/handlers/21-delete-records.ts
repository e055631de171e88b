import { DeleteRecords } from '../../protocols/kafka/apis/21-delete-records.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { type Context, handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'

const upToTheHighWatermark = -1n
const nowhere = -1n

/** Moves the first offset of partitions up; on disk when it is answered. */
export const deleteRecords = handler(DeleteRecords, async (request, context) => ({
  throttleTimeMs: 0,
  topics: await Promise.all(
    request.topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(
        partitions.map(({ partitionIndex, offset }) =>
          deleteBefore(name, partitionIndex, offset, context),
        ),
      ),
    })),
  ),
}))

async function deleteBefore(
  name: string,
  partitionIndex: number,
  offset: bigint,
  context: Context,
) {
  const { broker } = context
  const topic = broker.topics.get(name)
  const partition = topic?.partitions[partitionIndex]
  const refused = (errorCode: number) => ({ partitionIndex, lowWatermark: nowhere, errorCode })
  if (!context.allows('Delete', 'Topic', name)) return refused(errorCode.TOPIC_AUTHORIZATION_FAILED)
  if (topic === undefined || partition === undefined) {
    return refused(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  }
  if (topic.internal) return refused(errorCode.INVALID_TOPIC_EXCEPTION)
  if (topic.settings.compacted && !topic.settings.deletes) {
    return refused(errorCode.POLICY_VIOLATION)
  }
  try {
    const before = offset === upToTheHighWatermark ? partition.durableOffset : offset
    const lowWatermark = await partition.deleteRecordsBefore(before)
    return { partitionIndex, lowWatermark, errorCode: errorCode.NONE }
  } catch (error) {
    return refused(kafkaError(error, broker.logger).errorCode)
  }
}
