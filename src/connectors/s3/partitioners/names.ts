/** What `partitioner.class` may end with. */
export const partitionerNames = [
  'DefaultPartitioner',
  'FieldPartitioner',
  'TimeBasedPartitioner',
  'DailyPartitioner',
  'HourlyPartitioner',
] as const

export type PartitionerName = (typeof partitionerNames)[number]
