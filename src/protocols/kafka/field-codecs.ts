/** How one value stands on the wire, in the plain and in the compact form of KIP-482. */
import { type ByteReader, type ByteWriter, MalformedBytes } from '../../base/bytes.ts'

export interface FieldCodec<Value = unknown> {
  read(reader: ByteReader): Value
  write(value: Value, writer: ByteWriter): void
}

export interface Form {
  /** Lengths are unsigned varints of length + 1, and 0 is null. */
  readonly compact: boolean
  readonly nullable: boolean
}

const longestStringBytes = 0x7fff
const uuidBytes = 16

export const numbers = {
  bool: {
    read: (reader: ByteReader) => reader.int8() !== 0,
    write: (value: boolean, writer: ByteWriter) => writer.int8(value ? 1 : 0),
  },
  int8: {
    read: (reader: ByteReader) => reader.int8(),
    write: (value: number, writer: ByteWriter) => writer.int8(value),
  },
  int16: {
    read: (reader: ByteReader) => reader.int16(),
    write: (value: number, writer: ByteWriter) => writer.int16(value),
  },
  int32: {
    read: (reader: ByteReader) => reader.int32(),
    write: (value: number, writer: ByteWriter) => writer.int32(value),
  },
  int64: {
    read: (reader: ByteReader) => reader.int64(),
    write: (value: bigint, writer: ByteWriter) => writer.int64(value),
  },
  uint16: {
    read: (reader: ByteReader) => reader.uint16(),
    write: (value: number, writer: ByteWriter) => writer.uint16(value),
  },
  float64: {
    read: (reader: ByteReader) => reader.float64(),
    write: (value: number, writer: ByteWriter) => writer.float64(value),
  },
  uuid: {
    // Ids outlive the frame in which they came, so they are copied.
    read: (reader: ByteReader) => Buffer.from(reader.bytes(uuidBytes)),
    write(value: Buffer, writer: ByteWriter) {
      if (value.length !== uuidBytes) throw new TypeError(`a uuid of ${value.length} bytes`)
      writer.bytes(value)
    },
  },
}

export function stringCodec({ compact, nullable }: Form): FieldCodec<string | null> {
  return {
    read(reader) {
      const length = compact ? reader.uvarint() - 1 : reader.int16()
      if (length < 0) return readNull(nullable)
      if (length > longestStringBytes) throw new MalformedBytes(`a string of ${length} bytes`)
      return reader.utf8(length)
    },
    write(value, writer) {
      const length = value === null ? lengthOfNull(nullable) : Buffer.byteLength(value)
      if (length > longestStringBytes) throw new TypeError(`a string of ${length} bytes`)
      if (compact) writer.uvarint(length + 1)
      else writer.int16(length)
      if (value !== null) writer.utf8(value, length)
    },
  }
}

/** A `view` shares the memory of the frame; the other bytes are copied, as they may be kept. */
export function bytesCodec(
  { compact, nullable }: Form,
  { view }: { view: boolean },
): FieldCodec<Buffer | null> {
  return {
    read(reader) {
      const length = readLength(reader, compact)
      if (length < 0) return readNull(nullable)
      const found = reader.bytes(length)
      return view ? found : Buffer.from(found)
    },
    write(value, writer) {
      writeLength(value === null ? lengthOfNull(nullable) : value.length, writer, compact)
      if (value !== null) writer.bytes(value)
    },
  }
}

export function arrayCodec<Value>(
  element: FieldCodec<Value>,
  { compact, nullable }: Form,
): FieldCodec<readonly Value[] | null> {
  return {
    read(reader) {
      const length = readLength(reader, compact)
      if (length < 0) return readNull(nullable)
      // Every element takes a byte at least, so a longer array is a lie: refused before it costs memory.
      if (length > reader.remaining) {
        throw new MalformedBytes(`an array of ${length} elements in ${reader.remaining} bytes`)
      }
      const values: Value[] = []
      for (let left = length; left > 0; left--) values.push(element.read(reader))
      return values
    },
    write(values, writer) {
      writeLength(values === null ? lengthOfNull(nullable) : values.length, writer, compact)
      if (values === null) return
      for (const value of values) element.write(value, writer)
    },
  }
}

/** A struct that may be null has a byte before it: 1 if it is there, -1 if not. */
export function nullableStructCodec<Value>(struct: FieldCodec<Value>): FieldCodec<Value | null> {
  return {
    read: (reader) => (reader.int8() < 0 ? null : struct.read(reader)),
    write(value, writer) {
      writer.int8(value === null ? -1 : 1)
      if (value !== null) struct.write(value, writer)
    },
  }
}

function readLength(reader: ByteReader, compact: boolean): number {
  return compact ? reader.uvarint() - 1 : reader.int32()
}

function writeLength(length: number, writer: ByteWriter, compact: boolean): void {
  if (compact) writer.uvarint(length + 1)
  else writer.int32(length)
}

function readNull(nullable: boolean): null {
  if (!nullable) throw new MalformedBytes('a value is null that may not be null')
  return null
}

function lengthOfNull(nullable: boolean): -1 {
  if (!nullable) throw new TypeError('a value is null that may not be null in this version')
  return -1
}
