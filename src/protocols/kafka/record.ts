/** One record inside a batch of magic 2: varints, relative to the header of its batch. */
import { type ByteReader, type ByteWriter, MalformedBytes } from '../../base/bytes.ts'

export interface RecordHeader {
  readonly key: string
  readonly value: Buffer | null
}

export interface Record {
  readonly offset: bigint
  /** Milliseconds since the epoch; -1 if the producer gave none. */
  readonly timestamp: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
}

/** What the records of one batch have in common. */
export interface RecordBase {
  readonly baseOffset: bigint
  readonly baseTimestamp: bigint
  /** The timestamp of every record, if the broker gave it. */
  readonly appendTimestamp: bigint | undefined
}

/** The key and the values are views of the reader's bytes. */
export function readRecord(reader: ByteReader, base: RecordBase): Record {
  const length = reader.varint()
  const end = reader.position + length
  if (length < 0 || end > reader.end) throw new MalformedBytes(`a record of ${length} bytes`)
  reader.int8() // attributes: none are defined
  const timestampDelta = reader.varlong()
  const offsetDelta = reader.varint()
  const key = readNullable(reader)
  const value = readNullable(reader)
  const headers = readHeaders(reader)
  if (reader.position !== end) {
    throw new MalformedBytes(`a record of ${length} bytes that ends ${reader.position - end} off`)
  }
  return {
    offset: base.baseOffset + BigInt(offsetDelta),
    timestamp: base.appendTimestamp ?? base.baseTimestamp + timestampDelta,
    key,
    value,
    headers,
  }
}

export interface RecordParts {
  readonly timestampDelta: bigint
  readonly offsetDelta: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[]
}

export function writeRecord(writer: ByteWriter, parts: RecordParts): void {
  writer.varint(recordBytes(parts))
  writer.int8(0)
  writer.varlong(parts.timestampDelta)
  writer.varint(parts.offsetDelta)
  writeNullable(writer, parts.key)
  writeNullable(writer, parts.value)
  writer.varint(parts.headers.length)
  for (const { key, value } of parts.headers) {
    const length = Buffer.byteLength(key)
    writer.varint(length)
    writer.utf8(key, length)
    writeNullable(writer, value)
  }
}

const noHeaders: readonly RecordHeader[] = Object.freeze([])

function readHeaders(reader: ByteReader): readonly RecordHeader[] {
  const count = reader.varint()
  if (count === 0) return noHeaders
  if (count < 0 || count > reader.remaining) throw new MalformedBytes(`${count} record headers`)
  const headers: RecordHeader[] = []
  for (let left = count; left > 0; left--) {
    headers.push({ key: reader.utf8(reader.varint()), value: readNullable(reader) })
  }
  return headers
}

function readNullable(reader: ByteReader): Buffer | null {
  const length = reader.varint()
  return length < 0 ? null : reader.bytes(length)
}

function writeNullable(writer: ByteWriter, value: Uint8Array | null): void {
  writer.varint(value === null ? -1 : value.length)
  if (value !== null) writer.bytes(value)
}

/** How many bytes stand behind the length of the record. */
function recordBytes({ timestampDelta, offsetDelta, key, value, headers }: RecordParts): number {
  let bytes = 1 + varlongBytes(timestampDelta) + varintBytes(offsetDelta)
  bytes += nullableBytes(key) + nullableBytes(value) + varintBytes(headers.length)
  for (const header of headers) {
    const length = Buffer.byteLength(header.key)
    bytes += varintBytes(length) + length + nullableBytes(header.value)
  }
  return bytes
}

function nullableBytes(value: Uint8Array | null): number {
  return value === null ? 1 : varintBytes(value.length) + value.length
}

function varintBytes(value: number): number {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1
  let bytes = 1
  for (; rest > 0x7f; bytes++) rest = Math.floor(rest / 128)
  return bytes
}

function varlongBytes(value: bigint): number {
  if (value >= -0x40000000n && value <= 0x3fffffffn) return varintBytes(Number(value))
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  let bytes = 1
  for (; rest > 0x7fn; bytes++) rest >>= 7n
  return bytes
}
