import { deeper, wrongValue } from '../errors.ts'
import type { FieldType, LinkedEnum, LinkedField, ScalarName } from '../linked/model.ts'
import type { Codecs, MessageCodec, ProtobufRecord } from './message-codec.ts'
import { type Coding, scalars } from './scalars.ts'
import { shown } from './shown.ts'
import { type WireReader, wireTypes } from './wire-reader.ts'
import type { WireWriter } from './wire-writer.ts'

export interface FieldCodec {
  readonly name: string
  readonly number: number
  readonly oneof: string | undefined
  /** The other fields of its oneof. */
  readonly siblings: readonly string[]
  readonly isRequired: boolean
  /** The value of a record that has none yet. */
  initial(): unknown
  /** Called where there is no value to write. */
  absent(): void
  write(writer: WireWriter, value: unknown, depth: number): void
  /** Reads into the record; false where the wire type is another. */
  read(reader: WireReader, wireType: number, record: ProtobufRecord, depth: number): boolean
}

/** How single values are written and read, of whatever type. */
interface ValueCodec {
  readonly wireType: number
  readonly zero: unknown
  /** What a map holds for a key whose value is not written. */
  fresh(): unknown
  /** Writes nothing where the value is the zero and `omitsZero`. */
  write(writer: WireWriter, value: unknown, depth: number, tag: number, omitsZero: boolean): void
  /** `before`: the value of the field so far, which messages are merged into. */
  read(reader: WireReader, before: unknown, depth: number): unknown
}

export function fieldCodec(
  field: LinkedField,
  fields: readonly LinkedField[],
  codecs: Codecs,
): FieldCodec {
  const { name, number, oneof } = field
  const isSibling = (other: LinkedField) => other !== field && other.oneof === oneof
  const isRequired = field.presence === 'required'
  const common = {
    name,
    number,
    oneof,
    siblings: oneof === undefined ? [] : fields.filter(isSibling).map((other) => other.name),
    isRequired,
    absent: isRequired ? () => missing() : () => undefined,
  }
  const values = valueCodec(field, field.type, codecs)
  if (field.mapKey !== undefined) return { ...common, ...mapCodec(field, field.mapKey, values) }
  if (field.repeated) return { ...common, ...repeatedCodec(field, values) }
  return { ...common, ...singleCodec(field, values) }
}

type Codec = Pick<FieldCodec, 'initial' | 'write' | 'read'>

function singleCodec({ name, number, presence }: LinkedField, values: ValueCodec): Codec {
  const tag = tagOf(number, values.wireType)
  const isImplicit = presence === 'implicit'
  return {
    initial: () => (isImplicit ? values.zero : null),
    write: (writer, value, depth) => values.write(writer, value, depth, tag, isImplicit),
    read: (reader, wireType, record, depth) => {
      if (wireType !== values.wireType) return false
      record[name] = values.read(reader, record[name], depth)
      return true
    },
  }
}

/** Packed or not is read either way. */
function repeatedCodec({ name, number, packed }: LinkedField, values: ValueCodec): Codec {
  const tag = tagOf(number, values.wireType)
  const packedTag = tagOf(number, wireTypes.delimited)
  const isPackable = values.wireType !== wireTypes.delimited && values.wireType !== wireTypes.start
  const writeEach = (writer: WireWriter, items: unknown[], depth: number, each: number) => {
    items.forEach((item, index) => {
      try {
        values.write(writer, item, depth, each, false)
      } catch (error) {
        throw deeper(`[${index}]`, error)
      }
    })
  }
  return {
    initial: () => [],
    write: (writer, value, depth) => {
      if (!Array.isArray(value)) throw wrongValue('', 'an array', shown(value))
      if (!packed) {
        writeEach(writer, value, depth, tag)
      } else if (value.length > 0) {
        writer.uvarint(packedTag)
        writer.delimited(() => writeEach(writer, value, depth, noTag))
      }
    },
    read: (reader, wireType, record, depth) => {
      const items = record[name] as unknown[]
      if (wireType === values.wireType) {
        items.push(values.read(reader, undefined, depth))
        return true
      }
      if (!isPackable || wireType !== wireTypes.delimited) return false
      reader.delimited(() => {
        while (!reader.isAtEnd) items.push(values.read(reader, undefined, depth))
      })
      return true
    },
  }
}

/** Entries are messages of a key, 1, and a value, 2; both are always written. */
function mapCodec(
  { name, number, checksUtf8 }: LinkedField,
  key: ScalarName,
  values: ValueCodec,
): Codec {
  const tag = tagOf(number, wireTypes.delimited)
  const keys = scalarCodec(scalars[key], checksUtf8)
  const keyTag = tagOf(1, keys.wireType)
  const valueTag = tagOf(2, values.wireType)
  return {
    initial: () => new Map(),
    write: (writer, value, depth) => {
      for (const [entryKey, entryValue] of entriesOf(value)) {
        try {
          writer.uvarint(tag)
          writer.delimited(() => {
            keys.write(writer, keyFrom(key, entryKey), depth, keyTag, false)
            values.write(writer, entryValue, depth, valueTag, false)
          })
        } catch (error) {
          throw deeper(`[${String(entryKey)}]`, error)
        }
      }
    },
    read: (reader, wireType, record, depth) => {
      if (wireType !== wireTypes.delimited) return false
      let entryKey = keys.zero
      let entryValue = values.fresh()
      reader.delimited(() => {
        while (!reader.isAtEnd) {
          const entryTag = reader.tag()
          if (entryTag === keyTag) entryKey = keys.read(reader, undefined, depth)
          else if (entryTag === valueTag) entryValue = values.read(reader, entryValue, depth)
          else reader.skip(entryTag, depth)
        }
      })
      const map = record[name] as Map<unknown, unknown>
      map.set(entryKey, entryValue)
      return true
    },
  }
}

function entriesOf(value: unknown): Iterable<[unknown, unknown]> {
  if (value instanceof Map) return value
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value)
  }
  throw wrongValue('', 'a Map or an object', shown(value))
}

/** The keys of an object are strings, whatever they stand for. */
function keyFrom(type: ScalarName, key: unknown): unknown {
  if (type === 'string' || typeof key !== 'string') return key
  if (type === 'bool') return key === 'true' ? true : key === 'false' ? false : key
  return /^-?\d{1,20}$/.test(key) ? BigInt(key) : key
}

function valueCodec(field: LinkedField, type: FieldType, codecs: Codecs): ValueCodec {
  switch (type.kind) {
    case 'scalar':
      return scalarCodec(scalars[type.name], field.checksUtf8)
    case 'enum':
      return scalarCodec(enumCoding(type), false)
    case 'message':
      return field.delimited
        ? groupCodec(codecs.of(type), field.number)
        : messageCodec(codecs.of(type))
  }
}

function scalarCodec(coding: Coding, checksUtf8: boolean): ValueCodec {
  const { wireType, zero } = coding
  return {
    wireType,
    zero,
    fresh: () => zero,
    write: (writer, value, _depth, tag, omitsZero) => {
      const accepted = coding.accept(value)
      if (accepted === undefined) throw wrongValue('', coding.expected, shown(value))
      if (omitsZero && coding.isZero(accepted)) return
      if (tag !== noTag) writer.uvarint(tag)
      coding.write(writer, accepted as never)
    },
    read: (reader) => coding.read(reader, checksUtf8),
  }
}

function enumCoding({ fullName, element: { constants } }: LinkedEnum): Coding {
  const { int32 } = scalars
  const numbers = new Map(constants.map(({ name, number }) => [name, number]))
  // Of constants with one number the first names it.
  const names = new Map(constants.map(({ name, number }) => [number, name] as const).reverse())
  return {
    ...int32,
    zero: names.get(0) ?? 0,
    expected: `a constant of '${fullName}' or its number`,
    accept: (value) => (typeof value === 'string' ? numbers.get(value) : int32.accept(value)),
    read: (reader) => {
      const number = reader.uvarint() | 0
      return names.get(number) ?? number
    },
  }
}

function messageCodec(codec: MessageCodec): ValueCodec {
  return {
    wireType: wireTypes.delimited,
    zero: null,
    fresh: () => codec.empty(),
    write: (writer, value, depth, tag) => {
      writer.uvarint(tag)
      writer.delimited(() => codec.write(writer, value, depth + 1))
    },
    read: (reader, before, depth) => {
      const record = (before ?? codec.empty()) as ProtobufRecord
      reader.delimited(() => codec.read(reader, record, depth + 1))
      return record
    },
  }
}

function groupCodec(codec: MessageCodec, number: number): ValueCodec {
  return {
    wireType: wireTypes.start,
    zero: null,
    fresh: () => codec.empty(),
    write: (writer, value, depth, tag) => {
      writer.uvarint(tag)
      codec.write(writer, value, depth + 1)
      writer.uvarint(tagOf(number, wireTypes.end))
    },
    read: (reader, before, depth) => {
      const record = (before ?? codec.empty()) as ProtobufRecord
      codec.read(reader, record, depth + 1, number)
      return record
    },
  }
}

/** Inside of a packed field only the values stand. */
const noTag = 0

function tagOf(number: number, wireType: number): number {
  return (number * 8 + wireType) >>> 0
}

function missing(): never {
  throw wrongValue('', 'a value (the field is required)', 'none')
}
