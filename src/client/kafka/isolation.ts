/** Which records of transactions are read, by Kafka's words (KIP-98). */
export const isolationLevels = ['read_uncommitted', 'read_committed'] as const

/** Its code in Fetch and ListOffsets. */
export function isolationLevel(committedOnly: boolean | undefined): number {
  return isolationLevels.indexOf(committedOnly === true ? 'read_committed' : 'read_uncommitted')
}
