/** Confluent's S3 sink: records of topics as files in a bucket, or in a directory. */
import {
  type ConnectHeader,
  type ConnectSchema,
  type SinkRecord,
  type SinkTask,
  sink,
  type TopicPartition,
  type TopicPosition,
} from '../../connect/kit/index.ts'
import { fitOf } from './compatibility.ts'
import { type Compression, compressionOf } from './compression.ts'
import { type Format, openFormat } from './formats/index.ts'
import type { Side } from './lake-file.ts'
import { checkTogether, type LakeValues, options } from './options/index.ts'
import { type Lake, PartitionWriter } from './partition-writer.ts'
import { openPartitioner } from './partitioners/index.ts'
import { openStore } from './stores/index.ts'

export const s3Sink = sink({
  kind: 'sink',
  names: ['io.confluent.connect.s3.S3SinkConnector', 'S3_SINK'],
  version: '12.0.0',
  about: 'Writes records as files into an S3 bucket, or into a directory.',
  options,
  check: checkTogether,
  async open(context) {
    const { values, clock, logger } = context
    const sides = await sidesOf(values)
    const store = await openStore(values, clock.now())
    return new LakeSink({
      values,
      store,
      sides,
      clock,
      logger,
      partitioner: openPartitioner(values, clock),
    })
  },
})

class LakeSink implements SinkTask {
  readonly #lake: Lake
  /** By `topic/partition`, as they are read. */
  readonly #writers = new Map<string, PartitionWriter>()

  constructor(lake: Lake) {
    this.#lake = lake
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    const touched = new Set<PartitionWriter>()
    for (const record of records) {
      const writer = this.#writerOf(record.origin)
      await writer.add(record)
      touched.add(writer)
    }
    for (const writer of touched) await writer.flush()
  }

  async settled(): Promise<readonly TopicPosition[]> {
    const positions: TopicPosition[] = []
    for (const [name, writer] of this.#writers) {
      await writer.rotateIfLate()
      const { settled } = writer
      if (settled !== undefined) positions.push({ ...partitionOf(name), next: settled })
    }
    return positions
  }

  async committed(positions: readonly TopicPosition[]): Promise<void> {
    for (const position of positions) {
      await this.#writers.get(nameOf(position))?.committed(position.next)
    }
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<void> {
    for (const partition of partitions) {
      const writer = this.#writers.get(nameOf(partition))
      this.#writers.delete(nameOf(partition))
      await writer?.abort()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const writer of this.#writers.values()) await writer.abort()
    await this.#lake.store[Symbol.asyncDispose]()
  }

  #writerOf(origin: TopicPartition): PartitionWriter {
    const name = nameOf(origin)
    let writer = this.#writers.get(name)
    if (writer === undefined) {
      writer = new PartitionWriter(this.#lake, origin.topic, origin.partition)
      this.#writers.set(name, writer)
    }
    return writer
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}

function partitionOf(name: string): TopicPartition {
  const slash = name.lastIndexOf('/')
  return { topic: name.slice(0, slash), partition: Number(name.slice(slash + 1)) }
}

async function sidesOf(values: LakeValues): Promise<readonly Side[]> {
  const sides = [
    await sideOf(values, '', 'format.class', ({ valueSchema, value }) => ({
      schema: valueSchema,
      value,
    })),
  ]
  if (values['store.kafka.keys']) {
    sides.push(
      await sideOf(values, '.keys', 'keys.format.class', ({ keySchema, key }) => ({
        schema: keySchema,
        value: key,
      })),
    )
  }
  if (values['store.kafka.headers']) {
    sides.push(
      await sideOf(values, '.headers', 'headers.format.class', ({ headers }) => ({
        schema: headersSchema,
        value: headers.map(plainHeader),
      })),
    )
  }
  return sides
}

type FormatKey = 'format.class' | 'keys.format.class' | 'headers.format.class'

async function sideOf(
  values: LakeValues,
  kind: string,
  key: FormatKey,
  read: Side['read'],
): Promise<Side> {
  const format: Format = await openFormat(values[key], values)
  const none: Compression = compressionOf({ ...values, 's3.compression.type': 'none' })
  const compression = format.compressesItself ? none : compressionOf(values)
  const fit = fitOf(kind === '' ? values['schema.compatibility'] : 'NONE')
  return { kind, format, read, compression, fit }
}

const text: ConnectSchema = { type: 'string', optional: false }

/** Headers as texts, since those of one name may be of many kinds. */
const headersSchema: ConnectSchema = {
  type: 'array',
  optional: false,
  values: {
    type: 'struct',
    optional: false,
    name: 'KafkaHeader',
    fields: [
      { name: 'key', schema: text },
      { name: 'value', schema: { ...text, optional: true } },
    ],
  },
}

function plainHeader({ key, value }: ConnectHeader) {
  if (value === null || value === undefined) return { key, value: null }
  if (Buffer.isBuffer(value)) return { key, value: value.toString('utf8') }
  if (typeof value === 'object') return { key, value: JSON.stringify(value) }
  return { key, value: String(value) }
}
