export interface GroupMember {
  readonly id: string
  readonly topics: readonly string[]
}

export interface TopicPartitions {
  readonly topic: string
  readonly partitions: number[]
}

/**
 * Kafka's assignor `range`: the partitions of each topic in order, in pieces of equal size, to the
 * members in order of their ids; the first ones get one more where it does not divide.
 */
export function assignRange(
  members: readonly GroupMember[],
  partitionCounts: ReadonlyMap<string, number>,
): Map<string, TopicPartitions[]> {
  const assigned = new Map(members.map(({ id }) => [id, [] as TopicPartitions[]]))
  for (const [topic, count] of partitionCounts) {
    const readers = members
      .filter(({ topics }) => topics.includes(topic))
      .map(({ id }) => id)
      .sort(byCodeUnits)
    const each = Math.floor(count / readers.length)
    const more = count % readers.length
    let first = 0
    for (const [index, id] of readers.entries()) {
      const size = each + (index < more ? 1 : 0)
      const partitions = Array.from({ length: size }, (_, at) => first + at)
      first += size
      if (size > 0) assigned.get(id)?.push({ topic, partitions })
    }
  }
  return assigned
}

function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
