import { LeatError } from '../../base/errors.ts'
import type {
  Kafka,
  KafkaFetcher,
  KafkaProducer,
  KafkaRecord,
  NewRecord,
  SequencedBatch,
} from '../kafka.ts'

interface FakePartition {
  start: bigint
  records: KafkaRecord[]
  /** Last sequences of idempotent producers: producer id → the batches it wrote. */
  readonly batches: Map<bigint, { sequence: number; base: bigint }[]>
}

interface FakeTopic {
  readonly id: string
  readonly partitions: FakePartition[]
}

/**
 * A cluster in memory, which outlives the doors that stand before it. `connect()` gives a door its
 * own client; after `kill()` on it nothing that it asks for happens any more, as after a crash.
 */
export class FakeKafka {
  readonly #topics = new Map<string, FakeTopic>()
  readonly #listeners = new Set<() => void>()
  #nextProducerId = 1n
  #nextTopicId = 1
  /** How many partitions a topic gets that is created by being used. */
  partitions = 1
  /** Called before each write; what it throws or waits for is what the writer sees. */
  beforeWrite: (topic: string) => void | Promise<void> = () => {}

  connect(): Kafka & { kill(): void } {
    let alive = true
    const living = <Result>(work: () => Promise<Result> | Result): Promise<Result> =>
      new Promise((resolve, reject) => {
        setImmediate(async () => {
          try {
            if (alive) resolve(await work())
          } catch (error) {
            reject(error)
          }
        })
      })
    return {
      kill: () => {
        alive = false
      },
      topics: (names, options) => living(() => this.#describe(names, options?.create ?? false)),
      createTopics: (topics) =>
        living(() => {
          for (const { name, partitions } of topics) this.create(name, partitions)
          return topics.map(({ name }) => ({ name }))
        }),
      offsets: (asked) =>
        living(() =>
          asked.map(({ topic, partition, at }) => {
            const { start, records } = this.#partition(topic, partition)
            const end = start + BigInt(records.length)
            return { topic, partition, offset: at === 'earliest' ? start : end }
          }),
        ),
      producer: () => this.#producer(living),
      producerIdentity: () => living(() => ({ producerId: this.#nextProducerId++, epoch: 0 })),
      produceAt: (batch) => living(() => this.#produceAt(batch, () => alive)),
      fetcher: ({ onRecords, onError }) => this.#fetcher(() => alive, onRecords, onError),
      deleteRecords: (topic, partition, before) =>
        living(() => {
          const found = this.#partition(topic, partition)
          if (before <= found.start) return
          found.records = found.records.slice(Number(before - found.start))
          found.start = before
        }),
    }
  }

  create(name: string, partitions = this.partitions): void {
    if (this.#topics.has(name)) return
    this.#topics.set(name, {
      id: `id-${this.#nextTopicId++}`,
      partitions: Array.from({ length: partitions }, () => ({
        start: 0n,
        records: [],
        batches: new Map(),
      })),
    })
  }

  delete(name: string): void {
    this.#topics.delete(name)
    this.#wake()
  }

  /** What a Kafka client would see in a topic. */
  records(topic: string): KafkaRecord[] {
    return this.#topics.get(topic)?.partitions.flatMap(({ records }) => records) ?? []
  }

  values(topic: string): string[] {
    return this.records(topic).map(({ value }) => `${value}`)
  }

  get topicNames(): string[] {
    return [...this.#topics.keys()]
  }

  /** What a Kafka client does. */
  produce(topic: string, value: string, headers: Record<string, string> = {}, key?: string): void {
    this.create(topic)
    this.#append(topic, 0, {
      key: key === undefined ? null : Buffer.from(key),
      value: Buffer.from(value),
      headers: Object.entries(headers).map(([name, text]) => ({
        key: name,
        value: Buffer.from(text),
      })),
      timestamp: BigInt(Date.now()),
    })
  }

  #describe(names: readonly string[] | undefined, create: boolean) {
    if (create) for (const name of names ?? []) this.create(name)
    return (names ?? this.topicNames).map((name) => {
      const topic = this.#topics.get(name)
      if (topic !== undefined) return { name, internal: false, ...topic }
      return { name, internal: false, partitions: [], error: unknownTopic(name) }
    })
  }

  #producer(living: <R>(work: () => Promise<R> | R) => Promise<R>): KafkaProducer {
    const last = new Map<string, Promise<unknown>>()
    return {
      send: ({ topic, partition = 0, ...record }) => {
        const before = last.get(topic) ?? Promise.resolve()
        const sent = living(async () => {
          await this.beforeWrite(topic)
          await before.catch(() => {})
          return { topic, partition, offset: this.#append(topic, partition, record) }
        })
        last.set(topic, sent)
        return sent
      },
      close: async () => {},
    }
  }

  async #produceAt(batch: SequencedBatch, alive: () => boolean): Promise<bigint> {
    const { topic, partition, producerId, sequence, records } = batch
    await this.beforeWrite(topic)
    const { batches } = this.#partition(topic, partition)
    const written = batches.get(producerId) ?? []
    const same = written.slice(-5).find((one) => one.sequence === sequence)
    if (same !== undefined) return same.base
    const offsets = records.map((record) => this.#append(topic, partition, record))
    const base = offsets[0] as bigint
    batches.set(producerId, [...written, { sequence, base }])
    return alive() ? base : await new Promise<never>(() => {})
  }

  #fetcher(
    alive: () => boolean,
    onRecords: Parameters<Kafka['fetcher']>[0]['onRecords'],
    onError: Parameters<Kafka['fetcher']>[0]['onError'],
  ): KafkaFetcher {
    const assigned = new Map<string, { topic: string; partition: number; next: bigint }>()
    let running = false
    let again = false
    const run = async () => {
      again = true
      if (running) return
      running = true
      while (again) {
        again = false
        for (const [name, at] of [...assigned]) {
          await new Promise((resolve) => setImmediate(resolve))
          if (assigned.get(name) !== at || !alive()) continue
          const found = this.#topics.get(at.topic)?.partitions[at.partition]
          if (found === undefined || at.next < found.start) {
            onError(
              found === undefined ? unknownTopic(at.topic) : outOfRange(),
              at.topic,
              at.partition,
            )
            assigned.delete(name)
            continue
          }
          const index = Number(at.next - found.start)
          const records = found.records.slice(index, index + 100)
          if (records.length === 0) continue
          at.next += BigInt(records.length)
          again = true
          await onRecords(
            at.topic,
            at.partition,
            records,
            found.start + BigInt(found.records.length),
          )
        }
      }
      running = false
    }
    const wake = () => void run()
    this.#listeners.add(wake)
    return {
      assign: (topic, partition, next) => {
        assigned.set(`${topic}/${partition}`, { topic, partition, next })
        setImmediate(wake)
      },
      unassign: (topic, partition) => assigned.delete(`${topic}/${partition}`),
      close: async () => {
        this.#listeners.delete(wake)
        assigned.clear()
      },
    }
  }

  #partition(topic: string, partition: number): FakePartition {
    const found = this.#topics.get(topic)?.partitions[partition]
    if (found === undefined) throw unknownTopic(topic)
    return found
  }

  #append(topic: string, partition: number, record: NewRecord): bigint {
    const found = this.#partition(topic, partition)
    const offset = found.start + BigInt(found.records.length)
    found.records.push({ ...record, offset })
    this.#wake()
    return offset
  }

  #wake(): void {
    setImmediate(() => {
      for (const listener of this.#listeners) listener()
    })
  }
}

function unknownTopic(topic: string): LeatError {
  return new LeatError('unknown-topic-or-partition', `There is no topic ${topic}.`)
}

function outOfRange(): LeatError {
  return new LeatError('offset-out-of-range', 'There is no such offset.')
}
