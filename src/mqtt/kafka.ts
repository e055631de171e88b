import type { LeatError } from '../base/errors.ts'

/**
 * What the door wants of Kafka: the part of `KafkaClient` that it uses, so that a test can stand
 * in for a whole cluster with a few maps.
 */
export interface Kafka {
  topics(names?: readonly string[], options?: { create?: boolean }): Promise<readonly KafkaTopic[]>
  createTopics(
    topics: readonly { name: string; partitions?: number; config?: Record<string, string> }[],
  ): Promise<readonly { name: string; error?: LeatError }[]>
  offsets(
    asked: readonly { topic: string; partition: number; at: 'earliest' | 'latest' }[],
  ): Promise<readonly { topic: string; partition: number; offset: bigint; error?: LeatError }[]>
  producer(options?: { acks?: 0 | 1 | -1; maxBufferedBytes?: number }): KafkaProducer
  producerIdentity(): Promise<ProducerIdentity>
  produceAt(batch: SequencedBatch): Promise<bigint>
  fetcher(options: {
    maxWaitMs?: number
    maxBytes?: number
    onRecords: OnRecords
    onError: (error: unknown, topic: string, partition: number) => void
  }): KafkaFetcher
  deleteRecords(topic: string, partition: number, before: bigint): Promise<unknown>
}

export interface KafkaTopic {
  readonly name: string
  readonly id?: string
  readonly internal: boolean
  readonly partitions: readonly unknown[]
  readonly error?: LeatError
}

export interface Header {
  readonly key: string
  readonly value: Buffer | null
}

export interface NewRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly Header[]
  readonly timestamp: bigint
}

export interface KafkaRecord extends NewRecord {
  readonly offset: bigint
}

export interface KafkaProducer {
  send(
    record: NewRecord & { topic: string; partition?: number },
  ): Promise<{ topic: string; partition: number; offset: bigint }>
  close(): Promise<void>
}

export interface ProducerIdentity {
  readonly producerId: bigint
  readonly epoch: number
}

/** A batch with a sequence chosen by us: sent again after a crash it is not written again. */
export interface SequencedBatch extends ProducerIdentity {
  readonly topic: string
  readonly partition: number
  readonly sequence: number
  readonly records: readonly NewRecord[]
}

export type OnRecords = (
  topic: string,
  partition: number,
  records: readonly KafkaRecord[],
  highWatermark: bigint,
) => void | Promise<void>

export interface KafkaFetcher {
  assign(topic: string, partition: number, from: bigint): void
  unassign(topic: string, partition: number): void
  close(): Promise<void>
}
