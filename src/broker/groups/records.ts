/**
 * The records of `__consumer_offsets`, in Kafka's own formats (its `OffsetCommitKey` and `-Value`,
 * `GroupMetadataKey` and `-Value`), so that Kafka's formatters and mirrors can read them.
 */
import { ByteReader, ByteWriter } from '../../base/bytes.ts'
import { layoutCodec } from '../../protocols/kafka/codec.ts'
import {
  array,
  bytes,
  type Draft,
  int32,
  int64,
  type Layout,
  layout,
  type MessageOf,
  type Schema,
  string,
} from '../../protocols/kafka/schema.ts'
import type { Entry } from '../state-topic.ts'

const unflexible = Number.POSITIVE_INFINITY

/** The first two bytes of a key are its kind: 0 and 1 are offsets, 2 is a group. */
const offsetKey = layout({
  name: 'OffsetCommitKey',
  versions: { from: 0, to: 1 },
  flexible: unflexible,
  schema: { group: string, topic: string, partition: int32 },
})
const offsetKeyVersion = 1

const groupKey = layout({
  name: 'GroupMetadataKey',
  versions: { from: 2, to: 2 },
  flexible: unflexible,
  schema: { group: string },
})
const groupKeyVersion = 2

const offsetValue = layout({
  name: 'OffsetCommitValue',
  versions: { from: 0, to: 3 },
  flexible: unflexible,
  schema: {
    offset: int64,
    leaderEpoch: int32.since(3).default(-1).ignorable(),
    metadata: string,
    commitTimestamp: int64,
    expireTimestamp: int64.since(1).until(1).default(-1n).ignorable(),
  },
})
const offsetValueVersion = 3

const groupValue = layout({
  name: 'GroupMetadataValue',
  versions: { from: 0, to: 3 },
  flexible: unflexible,
  schema: {
    protocolType: string,
    generation: int32,
    protocol: string.nullable(),
    leader: string.nullable(),
    currentStateTimestamp: int64.since(2).default(-1n).ignorable(),
    members: array({
      memberId: string,
      groupInstanceId: string.since(3).nullable().default(null).ignorable(),
      clientId: string,
      clientHost: string,
      rebalanceTimeout: int32.since(1).ignorable(),
      sessionTimeout: int32,
      subscription: bytes,
      assignment: bytes,
    }),
  },
})
const groupValueVersion = 3

export type StoredOffset = MessageOf<typeof offsetValue.schema>
export type StoredGroup = MessageOf<typeof groupValue.schema>

export type Stored =
  | {
      readonly kind: 'offset'
      readonly group: string
      readonly topic: string
      readonly partition: number
      readonly value: StoredOffset | null
    }
  | { readonly kind: 'group'; readonly group: string; readonly value: StoredGroup | null }

export function offsetEntry(
  group: string,
  topic: string,
  partition: number,
  value: Draft<typeof offsetValue.schema> | null,
): Entry {
  return {
    key: encode(offsetKey, offsetKeyVersion, { group, topic, partition }),
    value: value === null ? null : encode(offsetValue, offsetValueVersion, value),
  }
}

export function groupEntry(group: string, value: Draft<typeof groupValue.schema> | null): Entry {
  return {
    key: encode(groupKey, groupKeyVersion, { group }),
    value: value === null ? null : encode(groupValue, groupValueVersion, value),
  }
}

/** What an entry says; undefined for kinds that a later version may have written. */
export function readEntry(key: Buffer, value: Buffer | null): Stored | undefined {
  const version = key.readInt16BE(0)
  if (version <= offsetKeyVersion) {
    const { group, topic, partition } = decode(offsetKey, key)
    const stored = value === null ? null : decode(offsetValue, value)
    return { kind: 'offset', group, topic, partition, value: stored }
  }
  if (version === groupKeyVersion) {
    const { group } = decode(groupKey, key)
    return { kind: 'group', group, value: value === null ? null : decode(groupValue, value) }
  }
  return undefined
}

function encode<S extends Schema>(of: Layout<S>, version: number, message: Draft<S>): Buffer {
  const writer = new ByteWriter()
  writer.int16(version)
  layoutCodec(of, version).encode(message, writer)
  return Buffer.from(writer.done())
}

function decode<S extends Schema>(of: Layout<S>, source: Buffer): MessageOf<S> {
  const reader = new ByteReader(source)
  return layoutCodec(of, reader.int16()).decode(reader)
}
