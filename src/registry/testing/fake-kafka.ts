import { LeatError } from '../../base/errors.ts'
import type { FetchedRecord, Kafka } from '../state/kafka.ts'

interface Follower {
  position: number
  readonly take: (records: FetchedRecord[]) => void
  readonly fail: (error: Error) => void
}

/** A cluster in memory with one topic; several registries may share it. */
export class FakeKafka implements Kafka {
  records: FetchedRecord[] = []
  exists = false
  /** Called before a record is written, as if somebody else were quicker. */
  beforeWrite: ((value: string) => Promise<void> | void) | undefined
  /** While it is there, nothing is written. */
  failure: LeatError | undefined
  /** Reads stop here, as if the topic had been deleted. */
  breakReading(error: Error): void {
    for (const follower of this.#followers) {
      this.#followers.delete(follower)
      follower.fail(error)
    }
  }

  /** While it is so, what is written is not read. */
  isSilent = false
  readonly #followers = new Set<Follower>()

  async topics() {
    if (this.exists) return [{ partitions: [0] }]
    const error = new LeatError('unknown-topic-or-partition', 'There is no such topic.')
    return [{ partitions: [], error }]
  }

  async createTopics() {
    this.exists = true
    return [{}]
  }

  async offsets(asked: readonly { at: 'earliest' | 'latest' }[]) {
    return asked.map(({ at }) => ({ offset: at === 'earliest' ? 0n : BigInt(this.records.length) }))
  }

  async clusterId() {
    return 'fake'
  }

  producer() {
    return {
      send: async (record: { key: Buffer; value: Buffer | null; timestamp: number }) => {
        await this.beforeWrite?.(`${record.value}`)
        if (this.failure !== undefined) throw this.failure
        return { offset: this.append(record.key, record.value, record.timestamp) }
      },
      close: async () => {},
    }
  }

  /** Writes a record as a stranger would. */
  append(key: Buffer | string, value: Buffer | string | null, timestamp = 0): bigint {
    const offset = BigInt(this.records.length)
    this.records.push({
      offset,
      key: Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      timestamp: BigInt(timestamp),
    })
    for (const follower of this.#followers) this.#feed(follower)
    return offset
  }

  fetcher({
    onRecords,
    onError,
  }: {
    onRecords: (topic: string, partition: number, records: FetchedRecord[]) => void
    onError: (error: unknown) => void
  }) {
    const follower: Follower = {
      position: 0,
      take: (records) => onRecords('_schemas', 0, records),
      fail: onError,
    }
    return {
      assign: (_topic: string, _partition: number, from: bigint) => {
        follower.position = Number(from)
        this.#followers.add(follower)
        this.#feed(follower)
      },
      close: async () => {
        this.#followers.delete(follower)
      },
    }
  }

  /** Later, as over a network. */
  #feed(follower: Follower): void {
    setImmediate(() => {
      if (this.isSilent) return
      const records = this.records.slice(follower.position)
      follower.position = this.records.length
      if (records.length > 0 && this.#followers.has(follower)) follower.take(records)
    })
  }
}
