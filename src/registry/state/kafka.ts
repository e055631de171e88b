import type { LeatError } from '../../base/errors.ts'

/** The part of a `KafkaClient` that is used here, so that a test can stand in for a cluster. */
export interface Kafka {
  topics(
    names: readonly string[],
  ): Promise<readonly { partitions: readonly unknown[]; error?: LeatError }[]>
  createTopics(
    topics: readonly { name: string; partitions?: number; config?: Record<string, string> }[],
  ): Promise<readonly { error?: LeatError }[]>
  offsets(
    asked: readonly { topic: string; partition: number; at: 'earliest' | 'latest' }[],
  ): Promise<readonly { offset: bigint; error?: LeatError }[]>
  producer(options: {
    acks?: 0 | 1 | -1
    deliveryTimeoutMs?: number
    closeTimeoutMs?: number
  }): KafkaProducer
  fetcher(options: {
    onRecords: (topic: string, partition: number, records: FetchedRecord[]) => void
    onError: (error: unknown) => void
  }): KafkaFetcher
}

export interface KafkaProducer {
  send(record: {
    topic: string
    partition: number
    key: Buffer
    value: Buffer | null
    timestamp: number
  }): Promise<{ offset: bigint }>
  close(): Promise<void>
}

export interface KafkaFetcher {
  assign(topic: string, partition: number, from: bigint): void
  close(): Promise<void>
}

export interface FetchedRecord {
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly timestamp: bigint
}
