import { MalformedBytes } from '../base/bytes.ts'

/** The byte before every value that carries a schema's id, as Confluent's serializers write it. */
const magic = 0
const headBytes = 5

/** Puts the schema's id before an encoded value. */
export function frame(schemaId: number, payload: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(headBytes + payload.length)
  framed[0] = magic
  framed.writeUInt32BE(schemaId, 1)
  framed.set(payload, headBytes)
  return framed
}

/** The id of the schema that the value carries, if it carries one. */
export function schemaIdOf(bytes: Buffer): number | undefined {
  return bytes.length >= headBytes && bytes[0] === magic ? bytes.readUInt32BE(1) : undefined
}

/** The schema's id and the value behind it; throws MalformedBytes where there is no such frame. */
export function unframe(bytes: Buffer): { readonly schemaId: number; readonly payload: Buffer } {
  if (bytes.length < headBytes) {
    throw new MalformedBytes(`${bytes.length} bytes are too few for a schema's id`)
  }
  if (bytes[0] !== magic) {
    throw new MalformedBytes(
      `the first byte is ${bytes[0]}, where a value with a schema's id has 0`,
    )
  }
  return { schemaId: bytes.readUInt32BE(1), payload: bytes.subarray(headBytes) }
}
