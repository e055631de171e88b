import type { OpenPartitioner } from './partitioner.ts'

/** By the topic's partition. */
export const defaultPartitioner: OpenPartitioner = () => (record) => ({
  folder: `partition=${record.origin.partition}`,
})
