/**
 * What consumers of a classic group tell each other through the coordinator, inside the `metadata`
 * and `assignment` bytes of JoinGroup and SyncGroup (protocol type `consumer`). Two bytes with the
 * version stand before each message.
 */
import { ByteReader, ByteWriter, MalformedBytes } from '../../base/bytes.ts'
import { layoutCodec } from './codec.ts'
import {
  array,
  bytes,
  type Draft,
  int32,
  type Layout,
  layout,
  type MessageOf,
  type Schema,
  string,
} from './schema.ts'

export const ConsumerProtocolSubscription = layout({
  name: 'ConsumerProtocolSubscription',
  versions: { from: 0, to: 3 },
  flexible: Number.POSITIVE_INFINITY,
  schema: {
    topics: array(string),
    userData: bytes.nullable().default(null),
    ownedPartitions: array({ topic: string, partitions: array(int32) })
      .since(1)
      .ignorable(),
    generationId: int32.since(2).default(-1).ignorable(),
    rackId: string.since(3).nullable().default(null).ignorable(),
  },
})

export const ConsumerProtocolAssignment = layout({
  name: 'ConsumerProtocolAssignment',
  versions: { from: 0, to: 3 },
  flexible: Number.POSITIVE_INFINITY,
  schema: {
    assignedPartitions: array({ topic: string, partitions: array(int32) }),
    userData: bytes.nullable().default(null),
  },
})

export function encodeVersioned<S extends Schema>(
  of: Layout<S>,
  version: number,
  message: Draft<S>,
): Buffer {
  const writer = new ByteWriter()
  writer.int16(version)
  layoutCodec(of, version).encode(message, writer)
  return writer.done()
}

/** Newer versions only add to the end, so one that is not known reads as the highest that is. */
export function decodeVersioned<S extends Schema>(of: Layout<S>, source: Buffer): MessageOf<S> {
  const reader = new ByteReader(source)
  const version = reader.int16()
  if (version < of.versions.from) throw new MalformedBytes(`${of.name} of version ${version}`)
  return layoutCodec(of, Math.min(version, of.versions.to)).decode(reader)
}
