/** Which task copies which partitions. */
import type { TaskShare, TopicPartition } from '../../connect/kit/index.ts'

/** MirrorMaker's own key of a task's share. */
const shareKey = 'task.assigned.partitions'

/**
 * Evenly, the partitions of a topic in turn. Each stays with the task that has it, as far as that is
 * even: whoever gets nothing else goes on while topics come.
 */
export function sharesOf(
  partitions: readonly TopicPartition[],
  mostTasks: number,
  before: readonly TaskShare[],
): TaskShare[] {
  const count = Math.min(mostTasks, partitions.length)
  const most = Math.ceil(partitions.length / Math.max(1, count))
  const left = new Map(partitions.map((one) => [nameOf(one), one]))
  const shares = Array.from({ length: count }, (_, task) => {
    const known = partitionsIn(before[task] ?? {}).filter((one) => left.has(nameOf(one)))
    const kept = known.slice(0, most)
    for (const one of kept) left.delete(nameOf(one))
    return kept
  })
  for (const one of left.values()) {
    const [smallest] = shares.toSorted((some, others) => some.length - others.length)
    smallest?.push(one)
  }
  return shares.map((share) => ({ [shareKey]: share.map(nameOf).join() }))
}

export function partitionsIn(share: TaskShare): TopicPartition[] {
  return namesIn(share).map(placeNamed)
}

/** As `TOPIC-PARTITION`. */
export function namesIn(share: TaskShare): string[] {
  const names = share[shareKey] ?? ''
  return names === '' ? [] : names.split(',')
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

function placeNamed(name: string): TopicPartition {
  const dash = name.lastIndexOf('-')
  return { topic: name.slice(0, dash), partition: Number(name.slice(dash + 1)) }
}
