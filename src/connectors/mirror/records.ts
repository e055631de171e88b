/** The records of mirrors' own topics, byte by byte as MirrorMaker 2 writes and reads them. */
import { ByteReader, ByteWriter } from '../../base/bytes.ts'

export interface OffsetSync {
  readonly topic: string
  readonly partition: number
  readonly upstream: bigint
  readonly downstream: bigint
}

export interface Heartbeat {
  readonly source: string
  readonly target: string
  /** Milliseconds since the epoch. */
  readonly at: bigint
}

/** How far a group is, at both ends. */
export interface Checkpoint extends OffsetSync {
  readonly group: string
  readonly metadata: string
}

export interface KeyAndValue {
  readonly key: Buffer
  readonly value: Buffer
}

/** Of the values of heartbeats and checkpoints. */
const version = 0

export function encodeOffsetSync({ topic, partition, ...offsets }: OffsetSync): KeyAndValue {
  const key = new ByteWriter()
  writeText(key, topic)
  key.int32(partition)
  const value = new ByteWriter(16)
  value.int64(offsets.upstream)
  value.int64(offsets.downstream)
  return { key: key.done(), value: value.done() }
}

/** Throws `MalformedBytes`. */
export function decodeOffsetSync({ key, value }: KeyAndValue): OffsetSync {
  const [keys, values] = [new ByteReader(key), new ByteReader(value)]
  return {
    topic: readText(keys),
    partition: keys.int32(),
    upstream: values.int64(),
    downstream: values.int64(),
  }
}

export function encodeHeartbeat({ source, target, at }: Heartbeat): KeyAndValue {
  const key = new ByteWriter()
  writeText(key, source)
  writeText(key, target)
  const value = new ByteWriter(10)
  value.int16(version)
  value.int64(at)
  return { key: key.done(), value: value.done() }
}

export function encodeCheckpoint(checkpoint: Checkpoint): KeyAndValue {
  const key = new ByteWriter()
  writeText(key, checkpoint.group)
  writeText(key, checkpoint.topic)
  key.int32(checkpoint.partition)
  const value = new ByteWriter()
  value.int16(version)
  value.int64(checkpoint.upstream)
  value.int64(checkpoint.downstream)
  writeText(value, checkpoint.metadata)
  return { key: key.done(), value: value.done() }
}

/** Throws `MalformedBytes`. */
export function decodeCheckpoint({ key, value }: KeyAndValue): Checkpoint {
  const [keys, values] = [new ByteReader(key), new ByteReader(value)]
  const place = { group: readText(keys), topic: readText(keys), partition: keys.int32() }
  values.int16()
  return {
    ...place,
    upstream: values.int64(),
    downstream: values.int64(),
    metadata: readText(values),
  }
}

function writeText(writer: ByteWriter, text: string): void {
  const length = Buffer.byteLength(text)
  writer.int16(length)
  writer.utf8(text, length)
}

function readText(reader: ByteReader): string {
  return reader.utf8(reader.int16())
}
