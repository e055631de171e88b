import type { Random } from '../../base/random.ts'
import { Sealer } from './cipher.ts'
import type { Coding } from './coding.ts'
import { type Compress, compressorOf } from './compression/index.ts'
import { sealEnvelope } from './envelope.ts'
import { packetBytes, writePacketHeader } from './packet.ts'

export interface EncodedMessage {
  readonly bytes: Buffer
  /** The length of the value, before its compression. */
  readonly uncompressedBytes: number
  /** The length of the value after it; the same where it is not compressed. */
  readonly compressedBytes: number
}

/** A writer's side: a value is compressed, put into its envelope, encrypted, and put into a packet, as the coding says. */
export class MessageEncoder {
  readonly #compress: Compress | undefined
  readonly #sealer: Sealer | undefined
  readonly #hasEnvelope: boolean
  readonly #headroom: number

  /** @throws InvalidArgumentError for a coding that cannot be. Derives the key of a password, which takes milliseconds. */
  constructor(coding: Coding, random: Random) {
    this.#compress = coding.compression && compressorOf(coding.compression)
    this.#sealer = coding.encryption && new Sealer(coding.encryption, random)
    this.#hasEnvelope = !coding.userDataOnly
    this.#headroom = !coding.userDataOnly && coding.messageFormat === 3 ? packetBytes : 0
  }

  /**
   * The bytes are the value itself, not a copy, where there is nothing to be done.
   * @param timestampUs microseconds since the epoch; 0 is "not set"
   * @throws InvalidArgumentError for a timestamp that is no safe integer, and for a length that CBC without padding cannot have
   */
  encode(value: Uint8Array, timestampUs: number): EncodedMessage {
    const body = this.#compress === undefined ? value : this.#compress(value)
    return {
      bytes: this.#wrapped(body, timestampUs),
      uncompressedBytes: value.length,
      compressedBytes: body.length,
    }
  }

  #wrapped(body: Uint8Array, timestampUs: number): Buffer {
    const sealer = this.#sealer
    const headroom = sealer === undefined ? this.#headroom : 0
    const plain = this.#hasEnvelope ? sealEnvelope(headroom, timestampUs, body) : bufferOf(body)
    const bytes = sealer === undefined ? plain : sealer.seal(this.#headroom, plain)
    if (this.#headroom > 0) writePacketHeader(bytes, sealer?.keyVersion ?? 0)
    return bytes
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
