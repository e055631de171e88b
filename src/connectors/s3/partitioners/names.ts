import { simpleName } from '../class-names.ts'

/** What `partitioner.class` may end with. */
export const partitionerNames = [
  'DefaultPartitioner',
  'FieldPartitioner',
  'TimeBasedPartitioner',
  'DailyPartitioner',
  'HourlyPartitioner',
  'SinetStreamPartitioner',
] as const

export type PartitionerName = (typeof partitionerNames)[number]

/** Whether objects are laid as SINETStream lays them. */
export function isSinetStream(partitionerClass: string): boolean {
  return simpleName(partitionerClass) === 'SinetStreamPartitioner'
}
