/** Which partition it is, by its topic's name and by its topic's id, which is never used again. */
export interface PartitionIdentity {
  readonly topic: string
  /** 22 characters of base64url, as Kafka prints a topic id. */
  readonly topicId: string
  readonly partition: number
}

/** The 20 bytes by which the journal and the recovery points know a partition. */
export function partitionKey({ topicId, partition }: Omit<PartitionIdentity, 'topic'>): Buffer {
  const key = Buffer.alloc(20)
  key.write(topicId, 0, 16, 'base64url')
  key.writeUInt32BE(partition, 16)
  return key
}

/** As Kafka names the folders in its data directory. */
export function folderName(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

/** What a folder's name says; nothing if it is not that of a partition. */
export function parseFolderName(name: string): { topic: string; partition: number } | undefined {
  const match = /^([a-zA-Z0-9._-]{1,249})-(0|[1-9]\d{0,8})$/.exec(name)
  if (match === null) return undefined
  const [, topic = '', partition = ''] = match
  return { topic, partition: Number(partition) }
}
