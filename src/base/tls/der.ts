/**
 * DER (X.690), in which keys, certificates and key stores are written: tag, length, content. The
 * reader takes what it is given apart level by level, as its callers ask, and never by itself.
 */
import { MalformedBytes } from '../bytes.ts'

export interface Der {
  readonly tag: number
  readonly content: Buffer
  /** Tag, length and content. */
  readonly whole: Buffer
}

export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  bmpString: 0x1e,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** `[0] EXPLICIT`, and so on. */
  context: (number: number) => 0xa0 | number,
  /** `[0] IMPLICIT` of something without parts, and so on. */
  primitiveContext: (number: number) => 0x80 | number,
} as const

/** The value at the start of the bytes; what follows it is not looked at. Throws MalformedBytes. */
export function readDer(bytes: Buffer): Der {
  const first = bytes[1] ?? 0
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (bytes.length < 2 + lengthBytes || lengthBytes > 4 || first === 0x80) {
    throw new MalformedBytes('a value of DER has no length')
  }
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes)
  const end = 2 + lengthBytes + length
  if (end > bytes.length) throw new MalformedBytes('a value of DER ends too early')
  return {
    tag: bytes[0] ?? 0,
    content: bytes.subarray(2 + lengthBytes, end),
    whole: bytes.subarray(0, end),
  }
}

/** The values that a sequence, a set or an explicit tag holds. */
export function partsOf({ content }: Der): Der[] {
  const parts: Der[] = []
  for (let rest = content; rest.length > 0; ) {
    const part = readDer(rest)
    parts.push(part)
    rest = rest.subarray(part.whole.length)
  }
  return parts
}

/** The part of the part … of a value, each by its place. Throws MalformedBytes where it lacks one. */
export function partOf(value: Der, ...path: readonly number[]): Der {
  return path.reduce((whole, index) => {
    const part = partsOf(whole)[index]
    if (part === undefined) throw new MalformedBytes(`a value of DER lacks its part ${index + 1}`)
    return part
  }, value)
}

/** An object identifier as people write it: `2.5.4.3`. */
export function oidOf({ content }: Der): string {
  const arcs: bigint[] = []
  let arc = 0n
  for (const byte of content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f)
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0n
  }
  const joined = arcs[0] ?? 0n
  const root = joined < 80n ? joined / 40n : 2n
  return [root, joined - root * 40n, ...arcs.slice(1)].join('.')
}

/** A small whole number, such as a version or a count of iterations. */
export function integerOf({ content }: Der): number {
  if (content.length === 0 || content.length > 6) {
    throw new MalformedBytes('a number of DER is too long')
  }
  return content.readIntBE(0, content.length)
}

/** Writes one value. */
export function der(tagByte: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tagByte]), lengthOf(content.length), content])
}

export function derOid(text: string): Buffer {
  const [root = 0n, second = 0n, ...rest] = text.split('.').map(BigInt)
  return der(tag.oid, ...[root * 40n + second, ...rest].map(base128))
}

/** A whole number of any size, not negative. */
export function derInteger(value: number | bigint | Buffer): Buffer {
  const bytes = Buffer.isBuffer(value) ? value : bytesOf(BigInt(value))
  const isNegative = (bytes[0] ?? 0) >= 0x80
  return der(tag.integer, ...(isNegative ? [Buffer.from([0])] : []), bytes)
}

export const derNull: Buffer = der(tag.null)

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes = bytesOf(BigInt(length))
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}

function base128(value: bigint): Buffer {
  const bytes = [Number(value & 0x7fn)]
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80)
  return Buffer.from(bytes)
}
