import { isUtf8 } from 'node:buffer'
import { MalformedBytes } from '../../../base/bytes.ts'
import { limits } from '../limits.ts'

export const wireTypes = {
  varint: 0,
  fixed64: 1,
  delimited: 2,
  start: 3,
  end: 4,
  fixed32: 5,
} as const

/** Walks bytes in Protobuf's wire format; throws MalformedBytes, never reads beyond its end. */
export class WireReader {
  readonly #source: Buffer
  #position: number
  #end: number

  constructor(source: Buffer) {
    this.#source = source
    this.#position = 0
    this.#end = source.length
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#end
  }

  /** The number of a field, times eight, with its wire type. */
  tag(): number {
    const tag = this.uvarint()
    if (tag >>> 3 === 0) throw new MalformedBytes(`a field has the number 0 at ${this.#position}`)
    return tag
  }

  /** The low 32 bits of a varint; ten bytes long at most. */
  uvarint(): number {
    const first = this.#source[this.#position] ?? 0x80
    if (first < 0x80 && this.#position < this.#end) {
      this.#position += 1
      return first
    }
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte()
      if (shift < 32) value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new MalformedBytes(`a varint before ${this.#position} is longer than ten bytes`)
  }

  /** All 64 bits of a varint, unsigned. */
  uvarint64(): bigint {
    let low = 0
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.#byte()
      // Up to 49 bits a number does.
      low += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return BigInt(low)
    }
    let value = BigInt(low)
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new MalformedBytes(`a varint before ${this.#position} is longer than ten bytes`)
  }

  fixed32(): number {
    return this.#source.readUInt32LE(this.#advance(4))
  }

  fixed64(): bigint {
    return this.#source.readBigUInt64LE(this.#advance(8))
  }

  float(): number {
    return this.#source.readFloatLE(this.#advance(4))
  }

  double(): number {
    return this.#source.readDoubleLE(this.#advance(8))
  }

  /** A copy: what is decoded outlives what it was decoded from. */
  bytes(): Buffer {
    const length = this.#length()
    const start = this.#advance(length)
    return Buffer.from(this.#source.subarray(start, start + length))
  }

  string(checksUtf8: boolean): string {
    const length = this.#length()
    const start = this.#advance(length)
    const text = this.#source.toString('utf8', start, start + length)
    const isSuspect = checksUtf8 && text.includes('\ufffd')
    if (isSuspect && !isUtf8(this.#source.subarray(start, start + length))) {
      throw new MalformedBytes(`a string at ${start} is no UTF-8`)
    }
    return text
  }

  /** Reads what has its length before it: `read` sees its end as the end. */
  delimited(read: () => void): void {
    const length = this.#length()
    const start = this.#advance(length)
    const outer = this.#end
    this.#position = start
    this.#end = start + length
    read()
    if (this.#position !== this.#end) {
      throw new MalformedBytes(`a value at ${start} is not as long as it says`)
    }
    this.#end = outer
  }

  /** Passes over a field that the schema does not know. */
  skip(tag: number, depth: number): void {
    switch (tag & 7) {
      case wireTypes.varint:
        this.uvarint()
        return
      case wireTypes.fixed64:
        this.#advance(8)
        return
      case wireTypes.delimited:
        this.#advance(this.#length())
        return
      case wireTypes.start:
        this.#skipGroup(tag >>> 3, depth)
        return
      case wireTypes.fixed32:
        this.#advance(4)
        return
      default:
        throw new MalformedBytes(
          `a field before ${this.#position} has the unknown wire type ${tag & 7}`,
        )
    }
  }

  #skipGroup(number: number, depth: number): void {
    if (depth > limits.deepestRecord) {
      throw new MalformedBytes(`groups are nested deeper than ${limits.deepestRecord}`)
    }
    while (true) {
      const tag = this.tag()
      if ((tag & 7) !== wireTypes.end) {
        this.skip(tag, depth + 1)
      } else if (tag >>> 3 === number) {
        return
      } else {
        throw new MalformedBytes(`a group before ${this.#position} has the end of another`)
      }
    }
  }

  #length(): number {
    const first = this.#source[this.#position] ?? 0x80
    // A longer one is read whole: its high bits must not be lost.
    return first < 0x80 ? this.uvarint() : Number(this.uvarint64())
  }

  #byte(): number {
    return this.#source[this.#advance(1)] as number
  }

  #advance(length: number): number {
    const start = this.#position
    if (start + length > this.#end) {
      throw new MalformedBytes(
        `${length} bytes are wanted at ${start}, ${this.#end - start} are left`,
      )
    }
    this.#position = start + length
    return start
  }
}
