import { isUtf8 } from 'node:buffer'
import { type ByteReader, ByteWriter } from '../../base/bytes.ts'
import { MalformedPacket } from './malformed-packet.ts'

/** The data types of MQTT 5, section 1.5, over our byte cursors. */

export const longestString = 65_535

/** Four groups of seven bits, the lowest first. */
export function readVariableInteger(reader: ByteReader): number {
  let value = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = reader.uint8()
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) {
      if (byte === 0 && shift > 0) throw new MalformedPacket('a length is not in its shortest form')
      return value
    }
  }
  throw new MalformedPacket('a length is longer than four bytes')
}

export function readBinary(reader: ByteReader): Buffer {
  return reader.bytes(reader.uint16())
}

/** UTF-8 as MQTT wants it: well-formed, without surrogates and without U+0000. */
export function readString(reader: ByteReader): string {
  const bytes = readBinary(reader)
  if (!isUtf8(bytes)) throw new MalformedPacket('a string is not well-formed UTF-8')
  if (bytes.includes(0)) throw new MalformedPacket('a string contains U+0000')
  return bytes.toString('utf8')
}

export function writeBinary(writer: ByteWriter, bytes: Uint8Array): void {
  if (bytes.length > longestString) throw new RangeError('MQTT binary data is at most 65535 bytes')
  writer.uint16(bytes.length)
  writer.bytes(bytes)
}

export function writeString(writer: ByteWriter, text: string): void {
  const length = Buffer.byteLength(text)
  if (length > longestString) throw new RangeError('an MQTT string is at most 65535 bytes')
  writer.uint16(length)
  writer.utf8(text, length)
}

/** Never 0: "a non-zero 16-bit packet identifier" (MQTT 5, section 2.2.1). */
export function readPacketId(reader: ByteReader): number {
  const id = reader.uint16()
  if (id === 0) throw new MalformedPacket('a packet identifier is 0')
  return id
}

/** A whole packet: the first byte, the length of the body, the body. */
export function framed(firstByte: number, body: ByteWriter): Buffer {
  const writer = new ByteWriter(body.length + 5)
  writer.uint8(firstByte)
  writer.uvarint(body.length)
  for (const part of body.parts()) writer.bytes(part)
  return writer.done()
}
