/**
 * Cursors over binary data, big-endian as every protocol here is. A `ByteReader` walks a buffer
 * without copying; a `ByteWriter` grows one, and keeps large pieces by reference, so that a fetched
 * megabyte is not copied on its way to the socket.
 */

/** The bytes end before the value that they promise, or a value is longer than it may be. */
export class MalformedBytes extends Error {}

export class ByteReader {
  readonly source: Buffer
  position: number
  readonly end: number

  constructor(source: Buffer, position = 0, end = source.length) {
    this.source = source
    this.position = position
    this.end = end
  }

  get remaining(): number {
    return this.end - this.position
  }

  int8(): number {
    return this.source.readInt8(this.#advance(1))
  }

  uint8(): number {
    return this.source.readUInt8(this.#advance(1))
  }

  int16(): number {
    return this.source.readInt16BE(this.#advance(2))
  }

  uint16(): number {
    return this.source.readUInt16BE(this.#advance(2))
  }

  int32(): number {
    return this.source.readInt32BE(this.#advance(4))
  }

  uint32(): number {
    return this.source.readUInt32BE(this.#advance(4))
  }

  int64(): bigint {
    return this.source.readBigInt64BE(this.#advance(8))
  }

  float64(): number {
    return this.source.readDoubleBE(this.#advance(8))
  }

  /** An unsigned varint of at most five bytes (32 bits), as Kafka's compact lengths. */
  uvarint(): number {
    // One byte is nearly always enough: a short string, a short array, no tags.
    const first = this.source[this.position] ?? 0x80
    if (first < 0x80 && this.position < this.end) {
      this.position += 1
      return first
    }
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.uint8()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new MalformedBytes('a varint is longer than five bytes')
  }

  /** A zigzag varint of 32 bits, as the lengths inside a record. */
  varint(): number {
    const raw = this.uvarint()
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
  }

  /** A zigzag varint of 64 bits, as the timestamp delta of a record. */
  varlong(): bigint {
    // Up to four bytes, which is nearly always, a number does; bigints cost ten times as much.
    let low = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.uint8()
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt((low >>> 1) ^ -(low & 1))
    }
    let value = BigInt(low)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.uint8()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
    }
    throw new MalformedBytes('a varlong is longer than ten bytes')
  }

  /** A view, not a copy: it lives as long as the source does. */
  bytes(length: number): Buffer {
    const start = this.#advance(length)
    return this.source.subarray(start, start + length)
  }

  utf8(length: number): string {
    const start = this.#advance(length)
    return this.source.toString('utf8', start, start + length)
  }

  #advance(length: number): number {
    const start = this.position
    if (length < 0 || start + length > this.end) {
      throw new MalformedBytes(
        `${length} bytes are wanted at ${start}, ${this.end - start} are left`,
      )
    }
    this.position = start + length
    return start
  }
}

/** Pieces of this size and above are kept by reference instead of being copied. */
const referenceBytes = 8192

export class ByteWriter {
  readonly #parts: Uint8Array[] = []
  #chunk: Buffer
  #length = 0
  #before = 0

  constructor(initialBytes = 256) {
    this.#chunk = Buffer.allocUnsafe(initialBytes)
  }

  /** How many bytes are written so far. */
  get length(): number {
    return this.#before + this.#length
  }

  int8(value: number): void {
    const at = this.#reserve(1)
    this.#chunk[at] = value
  }

  uint8(value: number): void {
    const at = this.#reserve(1)
    this.#chunk[at] = value
  }

  int16(value: number): void {
    const at = this.#reserve(2)
    this.#chunk.writeInt16BE(value, at)
  }

  uint16(value: number): void {
    const at = this.#reserve(2)
    this.#chunk.writeUInt16BE(value, at)
  }

  int32(value: number): void {
    const at = this.#reserve(4)
    this.#chunk.writeInt32BE(value, at)
  }

  uint32(value: number): void {
    const at = this.#reserve(4)
    this.#chunk.writeUInt32BE(value, at)
  }

  int64(value: bigint): void {
    const at = this.#reserve(8)
    this.#chunk.writeBigInt64BE(value, at)
  }

  float64(value: number): void {
    const at = this.#reserve(8)
    this.#chunk.writeDoubleBE(value, at)
  }

  uvarint(value: number): void {
    if (value < 0x80) {
      this.uint8(value)
      return
    }
    let rest = value
    while (rest > 0x7f) {
      this.uint8((rest & 0x7f) | 0x80)
      rest = Math.floor(rest / 128)
    }
    this.uint8(rest)
  }

  varint(value: number): void {
    this.uvarint(value >= 0 ? value * 2 : -value * 2 - 1)
  }

  varlong(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
    while (rest > 0x7fn) {
      this.uint8(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.uint8(Number(rest))
  }

  /** Large sources are kept by reference: leave them unchanged until the parts are sent. */
  bytes(source: Uint8Array): void {
    if (source.length >= referenceBytes) {
      this.#seal()
      this.#parts.push(source)
      this.#before += source.length
      return
    }
    const at = this.#reserve(source.length)
    this.#chunk.set(source, at)
  }

  utf8(text: string, byteLength: number): void {
    const at = this.#reserve(byteLength)
    this.#chunk.write(text, at, byteLength, 'utf8')
  }

  /** Everything written, in order, without a copy. */
  parts(): Uint8Array[] {
    this.#seal()
    return this.#parts
  }

  /** Everything written, as one buffer. */
  done(): Buffer {
    if (this.#parts.length === 0) return this.#chunk.subarray(0, this.#length)
    return Buffer.concat(this.parts())
  }

  #seal(): void {
    if (this.#length === 0) return
    this.#parts.push(this.#chunk.subarray(0, this.#length))
    this.#before += this.#length
    this.#chunk = this.#chunk.subarray(this.#length)
    this.#length = 0
  }

  #reserve(length: number): number {
    const start = this.#length
    const wanted = start + length
    if (wanted > this.#chunk.length) {
      const larger = Buffer.allocUnsafe(Math.max(wanted, this.#chunk.length * 2, 256))
      larger.set(this.#chunk.subarray(0, start))
      this.#chunk = larger
    }
    this.#length = wanted
    return start
  }
}
