/** Where connectors have got to, shown and changed; changed only while they are stopped. */
import { checkAnswer, type KafkaClient } from '../client/index.ts'
import { OffsetCommit } from '../protocols/kafka/apis/08-offset-commit.ts'
import { OffsetFetch } from '../protocols/kafka/apis/09-offset-fetch.ts'
import { OffsetDelete } from '../protocols/kafka/apis/47-offset-delete.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import type { Connectors } from './connectors.ts'
import { connectError } from './errors.ts'
import type { OffsetJson, SourcePlugin } from './kit/index.ts'
import type { Plugins } from './plugins.ts'
import type { OffsetStore, StoredOffset } from './state/offset-store.ts'

export interface OffsetEntry {
  readonly partition: OffsetJson | null
  readonly offset: OffsetJson | null
}

export interface PartitionLag {
  readonly topic: string
  readonly partition: number
  /** The offset of the first record that is not committed. */
  readonly next: number
  /** Behind the last record there is. */
  readonly end: number
  readonly lag: number
}

export interface ConnectorOffsetsOptions {
  readonly connectors: Connectors
  readonly plugins: Plugins
  readonly client: KafkaClient
  readonly store: () => Promise<OffsetStore>
}

/** Groups have their own list from version 8 of OffsetFetch on; ids take the place of names in 10. */
const oneGroup = { atMost: 7 }
const byName = { atMost: 9 }

export class ConnectorOffsets {
  readonly #options: ConnectorOffsetsOptions

  constructor(options: ConnectorOffsetsOptions) {
    this.#options = options
  }

  async get(name: string): Promise<OffsetEntry[]> {
    const { connectors } = this.#options
    const { config } = connectors.stored(name)
    if (connectors.typeOf(config) === 'sink') {
      return (await this.#committed(groupOf(name, config))).map(sinkEntry)
    }
    const store = await this.#options.store()
    await store.readToEnd()
    return store.all(name)
  }

  /** Of a sink's topics: what is not committed yet, whether the sink runs or not. */
  async lag(name: string): Promise<PartitionLag[]> {
    const { connectors, client } = this.#options
    const { config } = connectors.stored(name)
    const committed = await this.#committed(groupOf(name, config))
    const next = new Map(committed.map((one) => [`${one.topic}/${one.partition}`, one.next]))
    const named = (config.topics ?? '').split(',').flatMap((one) => one.trim() || [])
    const used = [...connectors.topics(name), ...committed.map(({ topic }) => topic)]
    const topics = await client.topics([...new Set([...named, ...used])].sort())
    const places = topics.flatMap(({ name: topic, partitions }) =>
      partitions.map(({ partition }) => ({ topic, partition })),
    )
    const [starts, ends] = await Promise.all(
      (['earliest', 'latest'] as const).map((at) =>
        client.offsets(places.map((place) => ({ ...place, at }))),
      ),
    )
    return places.flatMap(({ topic, partition }, index) => {
      const [start, end] = [starts?.[index], ends?.[index]]
      if (start === undefined || end === undefined || start.error || end.error) return []
      const position = next.get(`${topic}/${partition}`) ?? start.offset
      const lag = Math.max(0, Number(end.offset - position))
      return [{ topic, partition, next: Number(position), end: Number(end.offset), lag }]
    })
  }

  /** An offset of null is forgotten. */
  async alter(name: string, entries: readonly OffsetEntry[]): Promise<string> {
    const config = this.#stopped(name)
    const { connectors, plugins, store } = this.#options
    if (connectors.typeOf(config) === 'sink') await this.#alterSink(name, config, entries)
    else {
      const plugin = plugins.find(config['connector.class'] ?? '')
      const wrong = plugin?.kind === 'source' ? plugin.wrongOffset : undefined
      await (await store()).put(
        name,
        entries.map((one) => sourceEntry(one, wrong)),
      )
    }
    return 'The offsets for this connector have been altered successfully'
  }

  async reset(name: string): Promise<string> {
    const config = this.#stopped(name)
    const { connectors, store } = this.#options
    if (connectors.typeOf(config) === 'sink') {
      const group = groupOf(name, config)
      await this.#forget(group, await this.#committed(group))
    } else {
      const offsets = await store()
      await offsets.readToEnd()
      const forgotten = offsets.all(name).map(({ partition }) => ({ partition, offset: null }))
      await offsets.put(name, forgotten)
    }
    return 'The offsets for this connector have been reset successfully'
  }

  #stopped(name: string) {
    const { connectors } = this.#options
    const { config, target, tasks } = connectors.stored(name)
    if (target === 'STOPPED' && tasks.length === 0) return config
    const why = `Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the '/connectors/${name}/stop' endpoint`
    throw connectError('bad-request', { why })
  }

  async #committed(group: string): Promise<SinkOffset[]> {
    const { client } = this.#options
    const asked = { groupId: group, topics: null }
    const answer = await client.request(OffsetFetch, asked, { ...oneGroup, coordinatorOf: group })
    checkAnswer(answer.errorCode, `Group '${group}'`)
    return answer.topics.flatMap(({ name: topic, partitions }) =>
      partitions
        .filter(({ committedOffset }) => committedOffset >= 0n)
        .map(({ partitionIndex, committedOffset }) => ({
          ...{ topic, partition: partitionIndex, next: committedOffset },
        })),
    )
  }

  async #alterSink(
    name: string,
    config: Readonly<Record<string, string>>,
    entries: readonly OffsetEntry[],
  ): Promise<void> {
    const group = groupOf(name, config)
    const wanted = entries.map(readSinkEntry)
    const kept = wanted.filter((one): one is SinkOffset => one.next !== undefined)
    const forgotten = wanted.filter(({ next }) => next === undefined)
    if (kept.length > 0) await this.#commit(name, group, kept)
    if (forgotten.length > 0) await this.#forget(group, forgotten)
  }

  async #commit(name: string, group: string, offsets: readonly SinkOffset[]): Promise<void> {
    const topics = Array.from(
      Map.groupBy(offsets, ({ topic }) => topic),
      ([topic, ofTopic]) => ({
        name: topic,
        partitions: ofTopic.map(({ partition, next }) => ({
          ...{ partitionIndex: partition, committedOffset: next, committedMetadata: '' },
        })),
      }),
    )
    const { client } = this.#options
    // Nobody is a member of the group: its sink is stopped.
    const asked = { groupId: group, generationIdOrMemberEpoch: -1, memberId: '', topics }
    const answer = await client.request(OffsetCommit, asked, { ...byName, coordinatorOf: group })
    for (const { partitions } of answer.topics) {
      for (const { errorCode: code } of partitions) this.#checkChange(code, name)
    }
  }

  async #forget(
    group: string,
    offsets: readonly { readonly topic: string; readonly partition: number }[],
  ): Promise<void> {
    if (offsets.length === 0) return
    const topics = Array.from(
      Map.groupBy(offsets, ({ topic }) => topic),
      ([topic, ofTopic]) => ({
        name: topic,
        partitions: ofTopic.map(({ partition }) => ({ partitionIndex: partition })),
      }),
    )
    const { client } = this.#options
    const answer = await client.request(
      OffsetDelete,
      { groupId: group, topics },
      { coordinatorOf: group },
    )
    this.#checkChange(answer.errorCode, group)
    for (const { partitions } of answer.topics) {
      for (const { errorCode: code } of partitions) this.#checkChange(code, group)
    }
  }

  #checkChange(code: number, name: string): void {
    if (code === errorCode.UNKNOWN_MEMBER_ID || code === errorCode.GROUP_SUBSCRIBED_TO_TOPIC) {
      const why = `Failed to alter consumer group offsets for connector ${name} either because its tasks haven't stopped completely yet or the connector was resumed before the request to alter its offsets could be successfully completed. If the connector is in a stopped state, this operation can be safely retried. If it doesn't eventually succeed, the Connect cluster may need to be restarted to get rid of the zombie sink tasks.`
      throw connectError('bad-request', { why })
    }
    checkAnswer(code, `The offsets of '${name}'`)
  }
}

interface SinkOffset {
  readonly topic: string
  readonly partition: number
  readonly next: bigint
}

function groupOf(name: string, config: Readonly<Record<string, string>>): string {
  return config['consumer.override.group.id'] ?? `connect-${name}`
}

function sinkEntry({ topic, partition, next }: SinkOffset): OffsetEntry {
  return {
    partition: { kafka_topic: topic, kafka_partition: partition },
    offset: { kafka_offset: Number(next) },
  }
}

/** In Kafka Connect's words where something is missing or no number. */
function readSinkEntry({ partition, offset }: OffsetEntry) {
  const wrong = (why: string) => connectError('bad-request', { why })
  if (partition === null || partition === undefined) {
    throw wrong('The partition for a sink connector offset cannot be null or missing')
  }
  const { kafka_topic: topic, kafka_partition: number } = partition
  if (topic === undefined || number === undefined) {
    throw wrong(
      "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'",
    )
  }
  if (topic === null) throw wrong('Kafka topic names must be valid strings and may not be null')
  if (number === null) throw wrong('Kafka partitions must be valid numbers and may not be null')
  if (!/^[+-]?\d+$/.test(String(number))) {
    throw wrong(
      `Failed to parse the following Kafka partition value in the provided offsets: '${number}'. Partition values for sink connectors need to be integers.`,
    )
  }
  const place = { topic: String(topic), partition: Number(number) }
  if (offset === null || offset === undefined) return { ...place, next: undefined }
  const { kafka_offset: next } = offset
  if (next === undefined) {
    throw wrong(
      "The offset for a sink connector should either be null or contain the key 'kafka_offset'",
    )
  }
  if (!/^[+-]?\d+$/.test(String(next))) {
    throw wrong(
      `Failed to parse the following Kafka offset value in the provided offsets: '${next}'. Offset values for sink connectors need to be integers.`,
    )
  }
  return { ...place, next: BigInt(String(next)) }
}

function sourceEntry(
  { partition, offset }: OffsetEntry,
  wrongOffset: SourcePlugin['wrongOffset'],
): StoredOffset {
  if (partition === null || partition === undefined) {
    throw connectError('bad-request', { why: 'Partition objects cannot be null' })
  }
  // Whatever is stored may be forgotten.
  const why = offset ? wrongOffset?.(offset, partition) : undefined
  if (why !== undefined) throw connectError('bad-request', { why })
  return { partition, offset: offset ?? null }
}
