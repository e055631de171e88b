/** Protobuf's wire format (encoding.html of its documentation), little-endian, into one growing buffer. */
export class WireWriter {
  #buffer = Buffer.allocUnsafe(256)
  #length = 0

  done(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length))
  }

  /** Of at most 32 bits. */
  uvarint(value: number): void {
    this.#reserve(5)
    let rest = value >>> 0
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#buffer[this.#length++] = rest
  }

  /** Negative ones as their two's complement of 64 bits. */
  varint64(value: bigint): void {
    this.#reserve(10)
    let rest = BigInt.asUintN(64, value)
    while (rest > 0x7fn) {
      this.#buffer[this.#length++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.#buffer[this.#length++] = Number(rest)
  }

  fixed32(value: number): void {
    this.#length = this.#reserve(4).writeUInt32LE(value >>> 0, this.#length)
  }

  fixed64(value: bigint): void {
    this.#length = this.#reserve(8).writeBigUInt64LE(BigInt.asUintN(64, value), this.#length)
  }

  float(value: number): void {
    this.#length = this.#reserve(4).writeFloatLE(value, this.#length)
  }

  double(value: number): void {
    this.#length = this.#reserve(8).writeDoubleLE(value, this.#length)
  }

  bytes(value: Uint8Array): void {
    this.uvarint(value.length)
    this.#reserve(value.length).set(value, this.#length)
    this.#length += value.length
  }

  string(value: string): void {
    const length = Buffer.byteLength(value)
    this.uvarint(length)
    this.#length += this.#reserve(length).write(value, this.#length, length, 'utf8')
  }

  /** What `write` writes, its length before it: one byte is kept for that, and more made where it needs more. */
  delimited(write: () => void): void {
    this.#reserve(1)
    const start = ++this.#length
    write()
    const length = this.#length - start
    if (length < 0x80) {
      this.#buffer[start - 1] = length
      return
    }
    const head = lengthOf(length)
    this.#reserve(head.length)
    this.#buffer.copyWithin(start - 1 + head.length, start, this.#length)
    this.#buffer.set(head, start - 1)
    this.#length += head.length - 1
  }

  #reserve(length: number): Buffer {
    const wanted = this.#length + length
    if (wanted > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(wanted, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    return this.#buffer
  }
}

function lengthOf(length: number): Uint8Array {
  const bytes: number[] = []
  let rest = length
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}
