import type { ScalarName } from '../linked/model.ts'
import { type WireReader, wireTypes } from './wire-reader.ts'
import type { WireWriter } from './wire-writer.ts'

/** How values of one kind are checked, written and read. */
export interface Coding {
  readonly wireType: number
  /** What an absent value reads as where absence is not told. */
  readonly zero: unknown
  /** For the error of a value that does not fit. */
  readonly expected: string
  /** The value as `write` takes it; undefined where it does not fit. */
  accept(value: unknown): unknown
  isZero(accepted: unknown): boolean
  write(writer: WireWriter, accepted: never): void
  read(reader: WireReader, checksUtf8: boolean): unknown
}

interface Kind<Accepted> {
  readonly wireType: number
  readonly zero: Accepted
  readonly expected: string
  accept(value: unknown): Accepted | undefined
  write(writer: WireWriter, accepted: Accepted): void
  read(reader: WireReader, checksUtf8: boolean): Accepted
}

const { varint, fixed32, fixed64, delimited } = wireTypes

export const scalars: Readonly<Record<ScalarName, Coding>> = {
  int32: int32(varint, {
    // Negative ones are ten bytes long, so that int64 reads them.
    write: (writer, value) => {
      if (value < 0) writer.varint64(BigInt(value))
      else writer.uvarint(value)
    },
    read: (reader) => reader.uvarint() | 0,
  }),
  uint32: uint32(varint, {
    write: (writer, value) => writer.uvarint(value),
    read: (reader) => reader.uvarint(),
  }),
  sint32: int32(varint, {
    write: (writer, value) => writer.uvarint((value << 1) ^ (value >> 31)),
    read: (reader) => {
      const raw = reader.uvarint()
      return (raw >>> 1) ^ -(raw & 1)
    },
  }),
  fixed32: uint32(fixed32, {
    write: (writer, value) => writer.fixed32(value),
    read: (reader) => reader.fixed32(),
  }),
  sfixed32: int32(fixed32, {
    write: (writer, value) => writer.fixed32(value),
    read: (reader) => reader.fixed32() | 0,
  }),
  int64: int64(varint, {
    write: (writer, value) => writer.varint64(value),
    read: (reader) => BigInt.asIntN(64, reader.uvarint64()),
  }),
  uint64: uint64(varint, {
    write: (writer, value) => writer.varint64(value),
    read: (reader) => reader.uvarint64(),
  }),
  sint64: int64(varint, {
    write: (writer, value) => writer.varint64((value << 1n) ^ (value >> 63n)),
    read: (reader) => {
      const raw = reader.uvarint64()
      return (raw >> 1n) ^ -(raw & 1n)
    },
  }),
  fixed64: uint64(fixed64, {
    write: (writer, value) => writer.fixed64(value),
    read: (reader) => reader.fixed64(),
  }),
  sfixed64: int64(fixed64, {
    write: (writer, value) => writer.fixed64(value),
    read: (reader) => BigInt.asIntN(64, reader.fixed64()),
  }),
  float: number(fixed32, {
    write: (writer, value) => writer.float(value),
    read: (reader) => reader.float(),
  }),
  double: number(fixed64, {
    write: (writer, value) => writer.double(value),
    read: (reader) => reader.double(),
  }),
  bool: kind<boolean>({
    wireType: varint,
    zero: false,
    expected: 'true or false',
    accept: (value) => (typeof value === 'boolean' ? value : undefined),
    write: (writer, value) => writer.uvarint(value ? 1 : 0),
    // Any bit counts, those above the low 32 too.
    read: (reader) => reader.uvarint64() !== 0n,
  }),
  string: kind<string>({
    wireType: delimited,
    zero: '',
    expected: 'a string',
    accept: (value) => (typeof value === 'string' && value.isWellFormed() ? value : undefined),
    write: (writer, value) => writer.string(value),
    read: (reader, checksUtf8) => reader.string(checksUtf8),
  }),
  bytes: {
    ...kind<Uint8Array>({
      wireType: delimited,
      zero: Buffer.alloc(0),
      expected: 'bytes (a Buffer or Uint8Array)',
      accept: (value) => (value instanceof Uint8Array ? value : undefined),
      write: (writer, value) => writer.bytes(value),
      read: (reader) => reader.bytes(),
    }),
    isZero: (value) => (value as Uint8Array).length === 0,
  },
}

type Wire<Accepted> = Pick<Kind<Accepted>, 'write' | 'read'>

function int32(wireType: number, wire: Wire<number>): Coding {
  return integer(wireType, -(2 ** 31), 2 ** 31 - 1, wire)
}

function uint32(wireType: number, wire: Wire<number>): Coding {
  return integer(wireType, 0, 2 ** 32 - 1, wire)
}

function int64(wireType: number, wire: Wire<bigint>): Coding {
  return long(wireType, -(2n ** 63n), 2n ** 63n - 1n, wire)
}

function uint64(wireType: number, wire: Wire<bigint>): Coding {
  return long(wireType, 0n, 2n ** 64n - 1n, wire)
}

function integer(wireType: number, from: number, to: number, wire: Wire<number>): Coding {
  return kind<number>({
    wireType,
    zero: 0,
    expected: `a whole number from ${from} to ${to}`,
    accept: (value) => {
      const given = typeof value === 'bigint' ? Number(value) : value
      const fits = Number.isInteger(given) && (given as number) >= from && (given as number) <= to
      return fits ? (given as number) : undefined
    },
    ...wire,
  })
}

function long(wireType: number, from: bigint, to: bigint, wire: Wire<bigint>): Coding {
  return kind<bigint>({
    wireType,
    zero: 0n,
    expected: `a whole number from ${from} to ${to} (a bigint, or a number that is exact)`,
    accept: (value) => {
      const given = Number.isSafeInteger(value) ? BigInt(value as number) : value
      return typeof given === 'bigint' && given >= from && given <= to ? given : undefined
    },
    ...wire,
  })
}

function number(wireType: number, wire: Wire<number>): Coding {
  return {
    ...kind<number>({
      wireType,
      zero: 0,
      expected: 'a number',
      accept: (value) => (typeof value === 'number' ? value : undefined),
      ...wire,
    }),
    // -0 is not 0: its bits are sent.
    isZero: (value) => Object.is(value, 0),
  }
}

function kind<Accepted>(of: Kind<Accepted>): Coding {
  return { ...of, isZero: (accepted) => accepted === of.zero } as Coding
}
