/** Avro's object container files: a header with the schema, then blocks of records. */
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib'
import { ByteWriter } from '../../../base/bytes.ts'
import { type AvroEncoding, avroEncoding } from '../../../connect/encodings/index.ts'
import { BadRecordError, type ConnectSchema } from '../../../connect/kit/index.ts'
import type { LakeValues } from '../options/index.ts'
import { type Format, type FormatFile, Pieces } from './format.ts'

const magic = Buffer.from('Obj\x01', 'latin1')
const syncBytes = 16
/** Java's default: readers skip and split by blocks. */
const blockBytes = 64_000

export function avroFormat(values: LakeValues): Format {
  const codec = values['avro.codec'] as Codec
  return {
    extension: '.avro',
    compressesItself: true,
    bindsSchema: true,
    open: (schema) => new AvroFile(encodingOf(schema, values), codec),
  }
}

function encodingOf(schema: ConnectSchema | null, values: LakeValues): AvroEncoding {
  if (schema === null) {
    throw new BadRecordError(
      'Avro files need values with a schema; use a converter that gives one (Avro, JSON with schemas), or JsonFormat',
    )
  }
  try {
    return avroEncoding(schema, {
      metaData: values['connect.meta.data'],
      enhanced: values['enhanced.avro.schema.support'],
      allowsOptionalMapKeys: values['allow.optional.map.keys'],
    })
  } catch (cause) {
    throw new BadRecordError(`The schema cannot be Avro's: ${String(cause)}`, { cause })
  }
}

type Codec = keyof typeof codecs

/** A block of snappy ends with the checksum of what it holds. */
const codecs = {
  null: (bytes: Buffer) => bytes,
  deflate: (bytes: Buffer) => deflateRawSync(bytes),
  zstandard: (bytes: Buffer) => zstdCompressSync(bytes),
  snappy: (bytes: Buffer) => {
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32(bytes))
    return Buffer.concat([snappy().compress(bytes), sum])
  },
}

function snappy(): { compress(bytes: Buffer): Uint8Array } {
  return createRequire(import.meta.url)('snappyjs')
}

class AvroFile implements FormatFile {
  readonly #encoding: AvroEncoding
  readonly #codec: Codec
  readonly #sync = randomBytes(syncBytes)
  readonly #pieces = new Pieces()
  #block: Buffer[] = []
  #blockBytes = 0

  constructor(encoding: AvroEncoding, codec: Codec) {
    this.#encoding = encoding
    this.#codec = codec
    this.#pieces.add(headerOf(encoding.definition, codec, this.#sync))
  }

  prepare(_: ConnectSchema | null, value: unknown): () => void {
    const bytes = this.#encoded(value)
    return () => {
      this.#block.push(bytes)
      this.#blockBytes += bytes.length
    }
  }

  take(): readonly Buffer[] {
    if (this.#blockBytes >= blockBytes) this.#endBlock()
    return this.#pieces.take()
  }

  async end(): Promise<readonly Buffer[]> {
    this.#endBlock()
    return this.#pieces.take()
  }

  #encoded(value: unknown): Buffer {
    try {
      return this.#encoding.encode(value)
    } catch (cause) {
      throw new BadRecordError(`The value does not fit its schema: ${String(cause)}`, { cause })
    }
  }

  #endBlock(): void {
    if (this.#block.length === 0) return
    const bytes = codecs[this.#codec](Buffer.concat(this.#block))
    const head = new ByteWriter(20)
    head.varint(this.#block.length)
    head.varint(bytes.length)
    this.#pieces.add(head.done(), bytes, this.#sync)
    this.#block = []
    this.#blockBytes = 0
  }
}

function headerOf(definition: string, codec: string, sync: Buffer): Buffer {
  const writer = new ByteWriter(definition.length + 100)
  const meta = { 'avro.schema': definition, 'avro.codec': codec }
  writer.varint(Object.keys(meta).length)
  for (const text of Object.entries(meta).flat()) {
    const bytes = Buffer.from(text)
    writer.varint(bytes.length)
    writer.bytes(bytes)
  }
  writer.varint(0)
  return Buffer.concat([magic, writer.done(), sync])
}
