import { Opener } from './cipher.ts'
import type { Coding } from './coding.ts'
import { type Decompress, decompressorOf } from './compression/index.ts'
import { openEnvelope } from './envelope.ts'
import { formatError } from './failures.ts'
import { packetBytes, packetKeyVersion } from './packet.ts'

export interface DecodedMessage {
  /** A view of the message's bytes where the value was neither compressed nor encrypted. */
  readonly value: Buffer
  /** Microseconds since the epoch; 0 is "not set", as always without an envelope. */
  readonly timestampUs: number
  /** The length of the value as it was sent. */
  readonly compressedBytes: number
  readonly uncompressedBytes: number
}

/** A reader's side: what an encoder of the same coding does, backwards. */
export class MessageDecoder {
  readonly #decompress: Decompress | undefined
  readonly #opener: Opener | undefined
  readonly #hasEnvelope: boolean
  readonly #hasPacket: boolean

  /** @throws InvalidArgumentError for a coding that cannot be. */
  constructor(coding: Coding) {
    this.#decompress = coding.compression && decompressorOf(coding.compression)
    this.#opener = coding.encryption && new Opener(coding.encryption)
    this.#hasEnvelope = !coding.userDataOnly
    this.#hasPacket = !coding.userDataOnly && coding.messageFormat === 3
  }

  /**
   * A key that is derived of a password for the first time takes milliseconds.
   * @throws InvalidMessageError for bytes that are no such message
   * @throws InvalidArgumentError for a version of the key that this reader does not have
   */
  decode(bytes: Buffer): DecodedMessage {
    const plain = this.#unwrapped(bytes)
    const { timestampUs, body } = this.#hasEnvelope
      ? openEnvelope(plain)
      : { timestampUs: 0, body: plain }
    const value = this.#decompress === undefined ? body : this.#decompress(body)
    return {
      value,
      timestampUs,
      compressedBytes: body.length,
      uncompressedBytes: value.length,
    }
  }

  /** Without packet and encryption. What is no packet is a message of format 2, of the greatest key. */
  #unwrapped(bytes: Buffer): Buffer {
    const opener = this.#opener
    const version = this.#hasPacket ? packetKeyVersion(bytes) : undefined
    if (version === undefined) return opener?.open(bytes, opener.greatestKeyVersion) ?? bytes
    if ((version !== 0) !== (opener !== undefined)) {
      throw formatError('key-version-unexpected', { version })
    }
    const payload = bytes.subarray(packetBytes)
    return opener?.open(payload, version) ?? payload
  }
}
