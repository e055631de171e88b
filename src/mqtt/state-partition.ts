import { type Clock, pause } from '../base/clock.ts'
import { mqttError } from './errors.ts'
import type { Header, Kafka, KafkaProducer } from './kafka.ts'

export interface StateRecord {
  readonly key: string
  readonly value: Buffer | null
  readonly headers?: readonly Header[]
}

export interface StatePartitionOptions {
  readonly kafka: Kafka
  readonly producer: KafkaProducer
  readonly name: string
  readonly clock: Clock
  /** How the topic is made, where it does not keep what is true. */
  readonly config?: Readonly<Record<string, string>>
}

/** Kept until we delete them ourselves, whatever the defaults of the broker are. */
const stateConfig = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
}
const createAttempts = 50
const createPauseMs = 100

/** A topic of one partition that keeps what is true: it is made, appended to and cut here. */
export class StatePartition {
  readonly #options: StatePartitionOptions

  constructor(options: StatePartitionOptions) {
    this.#options = options
  }

  async append({ key, value, headers = [] }: StateRecord): Promise<bigint> {
    const { producer, clock, name } = this.#options
    const { offset } = await producer.send({
      ...{ topic: name, partition: 0, key: Buffer.from(key), value, headers },
      timestamp: BigInt(clock.now()),
    })
    return offset
  }

  async deleteBefore(offset: bigint): Promise<void> {
    await this.#options.kafka.deleteRecords(this.#options.name, 0, offset)
  }

  async create(): Promise<void> {
    const { kafka, name, clock, config = stateConfig } = this.#options
    const [made] = await kafka.createTopics([{ name, partitions: 1, config }])
    // Whoever made it before us made it the same way; what passes by itself shows below.
    const { error } = made ?? {}
    if (error && !error.retriable && error.code !== 'topic-already-exists') throw error
    for (let attempt = 0; attempt < createAttempts; attempt++) {
      if (await this.exists()) return
      await pause(createPauseMs, { clock })
    }
    throw mqttError('topic-not-available', { topic: name })
  }

  async exists(): Promise<boolean> {
    const { kafka, name } = this.#options
    const [topic] = await kafka.topics([name])
    // Whatever else is wrong passes: to take it for an empty topic would be to forget all in it.
    const { error } = topic ?? {}
    if (error !== undefined && error.code !== 'unknown-topic-or-partition') throw error
    return error === undefined && (topic?.partitions.length ?? 0) > 0
  }

  async offset(at: 'earliest' | 'latest'): Promise<bigint> {
    const { kafka, name } = this.#options
    const [found] = await kafka.offsets([{ topic: name, partition: 0, at }])
    if (found === undefined || found.error !== undefined) {
      throw found?.error ?? mqttError('topic-not-available', { topic: name })
    }
    return found.offset
  }
}

export function bytesOf(record: { key: string | Buffer | null; value: Buffer | null }): number {
  return (record.key?.length ?? 0) + (record.value?.length ?? 0) + 100
}
