import { statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import { clusterName } from '../../access/acl.ts'
import { DescribeLogDirs } from '../../protocols/kafka/apis/35-describe-log-dirs.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { handler } from '../handler.ts'

const firstVersionWithDiskSize = 4

/** How much of the disk the data directory takes, by partition. */
export const describeLogDirs = handler(DescribeLogDirs, async (request, context) => {
  const { broker, version } = context
  if (!context.allows('Describe', 'Cluster', clusterName)) {
    return { throttleTimeMs: 0, errorCode: refused.Cluster.errorCode, results: [] }
  }
  const asked =
    request.topics ??
    [...broker.topics.all()].map(({ name, partitions }) => ({
      topic: name,
      partitions: [...partitions.keys()],
    }))
  const topics = asked.flatMap(({ topic: name, partitions }) => {
    const known = partitions.flatMap((partitionIndex) => {
      const log = broker.topics.get(name)?.partitions[partitionIndex]
      if (log === undefined) return []
      const partitionSize = BigInt(log.sizeBytes)
      return [{ partitionIndex, partitionSize, offsetLag: 0n, isFutureKey: false }]
    })
    return known.length === 0 ? [] : [{ name, partitions: known }]
  })
  const logDir = resolve(broker.log.directory)
  const result = { errorCode: errorCode.NONE, logDir, topics }
  return {
    throttleTimeMs: 0,
    results: [{ ...result, ...(version < firstVersionWithDiskSize ? {} : await diskSize(logDir)) }],
  }
})

async function diskSize(folder: string) {
  const { bsize, blocks, bavail } = await statfs(folder, { bigint: true })
  return { totalBytes: bsize * blocks, usableBytes: bsize * bavail }
}
