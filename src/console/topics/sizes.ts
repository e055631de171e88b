import type { KafkaClient } from '../../client/index.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { DescribeLogDirs } from '../../protocols/kafka/apis/35-describe-log-dirs.ts'

/** Bytes on disk by `TOPIC/PARTITION`, at the brokers that lead them. */
export type Sizes = ReadonlyMap<string, bigint>

type Asks = Pick<KafkaClient, 'request'>
type Asked = readonly { readonly topic: string; readonly partitions: readonly number[] }[]

/**
 * The partitions on disk, of these topics or of all; nothing of brokers that do not tell, such as
 * those where leat itself may not ask.
 */
export async function sizesOf(client: Asks, topics: Asked | null): Promise<Sizes> {
  const { brokers, topics: known } = await client.request(Metadata, {
    topics: topics?.map(({ topic }) => ({ name: topic })) ?? null,
    allowAutoTopicCreation: false,
  })
  const leaders = new Map(
    known.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, leaderId }) => [`${name}/${partitionIndex}`, leaderId]),
    ),
  )
  const sizes = new Map<string, bigint>()
  await Promise.all(
    brokers.map(async ({ nodeId }) => {
      const { results } = await client.request(DescribeLogDirs, { topics }, { broker: nodeId })
      for (const { topics: there } of results) {
        for (const { name, partitions } of there) {
          for (const { partitionIndex, partitionSize, isFutureKey } of partitions) {
            const key = `${name}/${partitionIndex}`
            if (leaders.get(key) === nodeId && !isFutureKey) sizes.set(key, partitionSize)
          }
        }
      }
    }),
  )
  return sizes
}

/** Of all these partitions; null where one of them is not known. */
export function bytesOf(
  { name, partitions }: { readonly name: string; readonly partitions: readonly number[] },
  sizes: Sizes | undefined,
): number | null {
  const each = partitions.map((partition) => sizes?.get(`${name}/${partition}`))
  const isWhole = each.length > 0 && each.every((bytes) => bytes !== undefined)
  return isWhole ? Number(each.reduce((sum, bytes) => sum + bytes, 0n)) : null
}
