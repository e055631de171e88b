import { catalogue } from '../base/errors.ts'

interface Place {
  readonly topic: string
  readonly partition: number
}

/** What stands in the way of a copy that is exact. */
export const graduationError = catalogue({
  collision: {
    says: ({ problems }: { problems: readonly string[] }) =>
      `The target has already what would be written there:\n${problems.map((one) => `  ${one}`).join('\n')}\nDelete it there, or leave it here with --exclude.`,
  },
  'target-shrunk': {
    says: ({ topic, partition, end, copied }: Place & { end: bigint; copied: bigint }) =>
      `Partition ${partition} of '${topic}' ends at ${end} at the target, but records up to ${copied} had been copied there; delete the topic at the target and copy again.`,
  },
  'source-shrunk': {
    says: ({ topic, partition, end, copied }: Place & { end: bigint; copied: bigint }) =>
      `Partition ${partition} of '${topic}' ends at ${end}, but records up to ${copied} had been copied before; it is another topic, or an older state of it. Delete the topic at the target and copy again.`,
  },
  stalled: {
    says: ({ topic, partition, next, end, seconds }: Stall) =>
      `Nothing has come of partition ${partition} of '${topic}' for ${seconds} s, though it goes from ${next} on to ${end}; is the cluster whole, and is no transaction open there?`,
    retriable: true,
  },
  'group-in-use': {
    says: ({ group }: { group: string }) =>
      `Group '${group}' is in use at the target, so that its positions cannot be set; stop its members there.`,
  },
  'users-refused': {
    says: ({ user, why }: { user: string; why: string }) =>
      `The target does not take user '${user}': ${why}`,
  },
})

interface Stall extends Place {
  readonly next: bigint
  readonly end: bigint
  readonly seconds: number
}
