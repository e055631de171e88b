import { ByteWriter } from '../../../base/bytes.ts'

/** Collects one encoded value: Avro's numbers, little-endian as it wants them. */
export class AvroWriter extends ByteWriter {
  readonly #scratch = Buffer.allocUnsafe(8)

  /** A safe integer, or any bigint of 64 bits. */
  long(value: number | bigint): void {
    if (typeof value === 'bigint') {
      const small = Number(value)
      if (Number.isSafeInteger(small)) this.#longOf(small)
      else this.varlong(value)
    } else {
      this.#longOf(value)
    }
  }

  float(value: number): void {
    this.#scratch.writeFloatLE(value)
    this.bytes(this.#scratch.subarray(0, 4))
  }

  double(value: number): void {
    this.#scratch.writeDoubleLE(value)
    this.bytes(this.#scratch)
  }

  string(text: string): void {
    const length = Buffer.byteLength(text)
    this.varint(length)
    this.utf8(text, length)
  }

  byteString(bytes: Uint8Array): void {
    this.varint(bytes.length)
    this.bytes(bytes)
  }

  /** Zigzag doubles the number, which stays exact up to 52 bits. */
  #longOf(value: number): void {
    if (Math.abs(value) < 2 ** 51) this.varint(value)
    else this.varlong(BigInt(value))
  }
}
