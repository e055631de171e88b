import { ByteReader, MalformedBytes } from '../../../base/bytes.ts'

/** Records within records within …: bytes that nest deeper are refused, before the stack is at its end. */
export const deepestRecords = 500
/** Nulls and empty records take no bytes: a count of four bytes could ask for millions of them. */
export const mostEmptyItems = 100_000

const lowDigits = 2 ** 49

/** Walks one encoded value: Avro's numbers, and the limits of one value. */
export class AvroReader extends ByteReader {
  #depth = 0
  #emptyItems = 0

  boolean(): boolean {
    const byte = this.uint8()
    if (byte > 1) throw new MalformedBytes(`a boolean is 0 or 1, not ${byte}`)
    return byte === 1
  }

  int(): number {
    const value = this.varint()
    if (value !== (value | 0)) throw new MalformedBytes(`${value} is too large for an int`)
    return value
  }

  long(): bigint {
    const low = this.#lowLong()
    return typeof low === 'bigint' ? low : BigInt(low)
  }

  /** As a number, for floats and doubles that were longs. */
  longAsNumber(): number {
    return Number(this.#lowLong())
  }

  float(): number {
    const at = this.#next(4)
    return this.source.readFloatLE(at)
  }

  double(): number {
    const at = this.#next(8)
    return this.source.readDoubleLE(at)
  }

  string(): string {
    return this.utf8(this.#length())
  }

  /** A copy: values live longer than the buffer that they came in. */
  byteString(): Buffer {
    return Buffer.from(this.bytes(this.#length()))
  }

  skipBytes(): void {
    this.#next(this.#length())
  }

  /** The index of a union's branch or of an enum's symbol. */
  index(count: number, what: string): number {
    const index = this.int()
    if (index < 0 || index >= count)
      throw new MalformedBytes(`${what} ${index} is not among ${count}`)
    return index
  }

  /** How many items the next block has; 0 ends an array or a map. */
  blockCount(itemsMayBeEmpty: boolean): number {
    let count = this.longAsNumber()
    if (count < 0) {
      count = -count
      this.long()
    }
    if (itemsMayBeEmpty) this.#countEmpty(count)
    else if (count > this.remaining) {
      throw new MalformedBytes(`${count} items do not fit into ${this.remaining} bytes`)
    }
    return count
  }

  /** Brackets a record together with `leave`, which gets the position where it began. */
  enter(): number {
    this.#depth += 1
    if (this.#depth > deepestRecords) {
      throw new MalformedBytes(`records nest deeper than ${deepestRecords} levels`)
    }
    return this.position
  }

  leave(start: number): void {
    this.#depth -= 1
    if (this.position === start) this.#countEmpty(1)
  }

  #countEmpty(count: number): void {
    this.#emptyItems += count
    if (this.#emptyItems > mostEmptyItems) {
      throw new MalformedBytes(`a value has more than ${mostEmptyItems} items of no bytes`)
    }
  }

  #length(): number {
    const length = this.longAsNumber()
    if (length < 0 || length > this.remaining) {
      throw new MalformedBytes(`${length} bytes are announced, ${this.remaining} are left`)
    }
    return length
  }

  /** Up to seven bytes, which is nearly always, a number does; bigints cost ten times as much. */
  #lowLong(): number | bigint {
    const start = this.position
    let raw = 0
    for (let place = 1; place < lowDigits; place *= 128) {
      const byte = this.uint8()
      raw += (byte & 0x7f) * place
      if (byte < 0x80) return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
    }
    this.position = start
    return this.varlong()
  }

  #next(length: number): number {
    const at = this.position
    if (at + length > this.end) {
      throw new MalformedBytes(`${length} bytes are wanted at ${at}, ${this.end - at} are left`)
    }
    this.position = at + length
    return at
  }
}
