import type { OpenPartitioner } from './partitioner.ts'

/** By the topic's partition. */
export const defaultPartitioner: OpenPartitioner = () => (record) =>
  `partition=${record.origin.partition}`
