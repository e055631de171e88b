import { committedOffsets, type KafkaClient, listGroups } from '../../client/index.ts'

/** The topic whose records a subject is for, where its name says so. */
export function topicOf(subject: string): string | undefined {
  return /^(?::\.[^:]*:)?(.+)-(?:key|value)$/.exec(subject)?.[1]
}

/** The groups that have committed offsets of the topic. */
export async function groupsReading(client: KafkaClient, topic: string): Promise<string[]> {
  const groups = await listGroups(client)
  const readers: string[] = []
  // One after the other: nobody waits for this, and clusters have thousands of groups.
  for (const { groupId } of groups) {
    const offsets = await committedOffsets(client, groupId)
    if (offsets.some((offset) => offset.topic === topic)) readers.push(groupId)
  }
  return readers.sort()
}
