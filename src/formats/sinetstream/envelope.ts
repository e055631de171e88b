/**
 * The envelope of a value and its time: an Avro single object ("Single-object encoding", Avro
 * specification 1.11) of the record `jp.ad.sinet.stream.message` with the fields `tstamp` (long,
 * microseconds since the epoch) and `msg` (bytes).
 */
import { formatError } from './failures.ts'

/**
 * The marker `C3 01`, then, little-endian, the CRC-64-AVRO fingerprint 4F6633EB910C9C1F of the
 * schema in its parsing canonical form:
 * `{"name":"jp.ad.sinet.stream.message","type":"record","fields":[{"name":"tstamp","type":"long"},{"name":"msg","type":"bytes"}]}`
 */
const prefix = Buffer.from('c3011f9c0c91eb33664f', 'hex')
const [firstWord, secondWord, lastWord] = [
  prefix.readUInt32BE(0),
  prefix.readUInt32BE(4),
  prefix.readUInt16BE(8),
]

export interface Envelope {
  readonly timestampUs: number
  /** A view of the bytes that were opened. */
  readonly body: Buffer
}

/** The envelope behind `headroom` bytes that are left to the caller. */
export function sealEnvelope(headroom: number, timestampUs: number, body: Uint8Array): Buffer {
  if (!Number.isSafeInteger(timestampUs)) throw formatError('timestamp-unsafe', { timestampUs })
  const bodyAt = headroom + prefix.length + varintBytes(timestampUs) + varintBytes(body.length)
  const bytes = Buffer.allocUnsafe(bodyAt + body.length)
  bytes.set(prefix, headroom)
  const at = writeVarint(bytes, headroom + prefix.length, timestampUs)
  writeVarint(bytes, at, body.length)
  bytes.set(body, bodyAt)
  return bytes
}

/** Bytes behind the body go unheeded, as Avro readers do. */
export function openEnvelope(bytes: Buffer): Envelope {
  if (bytes.length <= prefix.length) {
    throw formatError('message-too-short', { part: 'envelope', bytes: bytes.length })
  }
  const isEnvelope =
    bytes.readUInt32BE(0) === firstWord &&
    bytes.readUInt32BE(4) === secondWord &&
    bytes.readUInt16BE(8) === lastWord
  if (!isEnvelope) throw formatError('envelope-missing', {})
  const cursor = { bytes, at: prefix.length }
  const timestampUs = readVarint(cursor)
  const length = readVarint(cursor)
  if (length < 0) throw formatError('envelope-damaged', { what: 'its value has a negative length' })
  const end = cursor.at + length
  if (end > bytes.length) {
    throw formatError('message-too-short', { part: "value's end", bytes: bytes.length })
  }
  return { timestampUs, body: bytes.subarray(cursor.at, end) }
}

/*
 * Avro's long: a zigzag varint of at most ten bytes. The lowest bit is the sign and the six above it
 * begin the magnitude, so that numbers do, without bigints, as far as they are exact.
 */

const mostVarintBytes = 10

function varintBytes(value: number): number {
  let rest = Math.floor(magnitudeOf(value) / 64)
  let length = 1
  for (; rest > 0; rest = Math.floor(rest / 128)) length++
  return length
}

/** Where it ends. */
function writeVarint(into: Buffer, start: number, value: number): number {
  const magnitude = magnitudeOf(value)
  let at = start
  let rest = Math.floor(magnitude / 64)
  into[at++] = ((magnitude % 64) << 1) | (value < 0 ? 1 : 0) | (rest > 0 ? 0x80 : 0)
  while (rest > 0) {
    const higher = Math.floor(rest / 128)
    into[at++] = (rest % 128) | (higher > 0 ? 0x80 : 0)
    rest = higher
  }
  return at
}

function readVarint(cursor: { readonly bytes: Buffer; at: number }): number {
  const { bytes } = cursor
  const start = cursor.at
  let byte = 0x80
  let sign = 0
  let magnitude = 0
  let worth = 1
  while (byte >= 0x80) {
    const index = cursor.at - start
    if (index === mostVarintBytes) {
      throw formatError('envelope-damaged', { what: 'a number in it has no end' })
    }
    if (cursor.at === bytes.length) {
      throw formatError('message-too-short', { part: "value's length", bytes: bytes.length })
    }
    byte = bytes[cursor.at++] as number
    if (index === 0) {
      sign = byte & 1
      magnitude = (byte & 0x7f) >> 1
      worth = 64
    } else {
      magnitude += (byte & 0x7f) * worth
      worth *= 128
    }
  }
  const value = sign === 0 ? magnitude : -magnitude - 1
  if (!Number.isSafeInteger(value)) {
    throw formatError('envelope-damaged', { what: 'a number in it is beyond 2^53' })
  }
  return value
}

/** Zigzag counts 0, 1, 2, … and −1, −2, −3, … both from zero. */
function magnitudeOf(value: number): number {
  return value < 0 ? -value - 1 : value
}
