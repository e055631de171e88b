import type { Files } from '../base/files.ts'
import { logError } from './errors.ts'
import { type PartitionIdentity, parseFolderName } from './partition-identity.ts'
import { segmentName } from './segment.ts'

const metadataName = 'partition.metadata'
const segmentPattern = /^(\d{20})\.log$/

/**
 * Makes the folder of a partition, with the topic id in it as Kafka writes it, and its first,
 * empty segment; the names in it are durable when it resolves.
 */
export async function makePartitionFolder(
  files: Files,
  folder: string,
  identity: PartitionIdentity,
): Promise<void> {
  files.makeFolder(folder)
  const file = files.open(`${folder}/${metadataName}`, { create: true })
  try {
    file.write(Buffer.from(`version: 0\ntopic_id: ${identity.topicId}\n`), 0)
    await file.sync()
  } finally {
    file.close()
  }
  files.open(`${folder}/${segmentName(0n)}.log`, { create: true }).close()
  await files.syncDirectory(folder)
}

/** Makes what was found in a folder durable: its maker may not have come to that. */
export async function keepPartitionFolder(files: Files, folder: string): Promise<void> {
  const file = files.open(`${folder}/${metadataName}`)
  try {
    await file.sync()
  } finally {
    file.close()
  }
  await files.syncDirectory(folder)
}

/**
 * The identity of a folder. A folder without one was never acknowledged: nothing is returned; but
 * one that holds records all the same is not thrown away: `damaged-partition`.
 */
export function readPartitionFolder(
  files: Files,
  folder: string,
  name: string,
): PartitionIdentity | undefined {
  const parsed = parseFolderName(name)
  const topicId = readTopicId(files, `${folder}/${metadataName}`)
  if (parsed !== undefined && topicId !== undefined) return { ...parsed, topicId }
  const holdsRecords = segmentBases(files, folder).some(
    (base) => (files.sizeOf(`${folder}/${segmentName(base)}.log`) ?? 0) > 0,
  )
  if (!holdsRecords) return undefined
  const what =
    parsed === undefined ? 'its name is not TOPIC-NUMBER' : `its '${metadataName}' is bad`
  throw logError('damaged-partition', { folder, what })
}

/** The base offsets of the segments in a folder, ascending. */
function segmentBases(files: Files, folder: string): bigint[] {
  return basesIn(files.list(folder))
}

/** The same, of the names in a folder. */
export function basesIn(names: readonly string[]): bigint[] {
  return names.flatMap((name) => segmentPattern.exec(name)?.[1] ?? []).map(BigInt)
}

function readTopicId(files: Files, path: string): string | undefined {
  if (!files.exists(path)) return undefined
  const file = files.open(path, { readOnly: true })
  const bytes = Buffer.alloc(Math.min(file.size(), 256))
  file.read(bytes, 0, bytes.length, 0)
  file.close()
  return /^topic_id: ([\w-]{22})$/m.exec(bytes.toString('utf8'))?.[1]
}
