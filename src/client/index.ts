/**
 * The Kafka client that the rooms above use.
 *
 * It finds the brokers of a cluster, keeps connections to them and opens lost ones again, and speaks
 * with each the newest versions that both know. It promises that a producer sends in order and
 * writes nothing twice, that a fetcher never skips a record nor reads faster than its handler, and
 * that everything that waits has a limit.
 *
 * It keeps nothing on disk, has no transactions, and leaves bytes to `protocols/kafka/`.
 */
export { type Answer, ask } from './http/ask.ts'
export { HttpTls } from './http/tls.ts'
export { parseBrokerAddress } from './kafka/addresses.ts'
export type { NewTopic, TopicResult } from './kafka/admin.ts'
export type { Sent } from './kafka/batch.ts'
export { type AskOptions, KafkaClient, type KafkaClientOptions } from './kafka/client.ts'
export type { PartitionInfo, TopicInfo } from './kafka/cluster.ts'
export {
  type AssignedPosition,
  type GroupConsumer,
  type GroupConsumerOptions,
  isGenerationEnd,
} from './kafka/consumer.ts'
export { countMembers, type DescribedGroup, describeGroup } from './kafka/described-group.ts'
export { checkAnswer } from './kafka/errors.ts'
export type { FetchedBatch } from './kafka/fetched-records.ts'
export type {
  Fetcher,
  FetcherOptions,
  FetchPosition,
  RecordsHandler,
} from './kafka/fetcher.ts'
export type { Beat, GroupMember, GroupMemberOptions } from './kafka/group-member.ts'
export type { GroupProtocol, JoinedGroup, MemberMetadata } from './kafka/group-membership.ts'
export {
  type CommittedPlace,
  committedOffsets,
  deleteGroup,
  type GroupLag,
  lagOf,
  lagsOf,
  listGroups,
  moveGroup,
  type NewPosition,
} from './kafka/group-state.ts'
export { isolationLevels } from './kafka/isolation.ts'
export {
  type OffsetRange,
  offsetRangeExamples,
  type Point,
  parseOffsetRange,
} from './kafka/offset-range.ts'
export type { AskedOffset, FoundOffset } from './kafka/offsets.ts'
export { partitionOfKey } from './kafka/partitioner.ts'
export type { SequencedBatch } from './kafka/produce-at.ts'
export type { Producer, ProducerOptions, ProducerRecord } from './kafka/producer.ts'
export type { EncodedBatch, PlacedRecords } from './kafka/ready-batch.ts'
export { resolveRange } from './kafka/resolve-range.ts'
export { selectionChange, selectTopics, type TopicSelection } from './kafka/topic-selection.ts'
