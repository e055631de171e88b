import { MalformedBytes } from '../../base/bytes.ts'
import { parseJson } from '../../base/lossless-json.ts'
import { RecentlyUsed } from '../../base/recently-used.ts'
import { unframe } from '../../formats/confluent-frame.ts'
import type { RegistryClient } from './client.ts'
import type { RegisteredSchema } from './schemas.ts'

type Decode = (payload: Buffer) => unknown

/** Schemas whose code is kept ready. */
const mostKept = 1000

/** Reads values that carry the id of their schema, whatever its language. */
export class SchemaValues {
  readonly #registry: RegistryClient
  readonly #ready = new RecentlyUsed<number, Decode>(mostKept)

  constructor(registry: RegistryClient) {
    this.#registry = registry
  }

  /**
   * The value, or a promise of it where its schema is asked for first. Records are plain objects,
   * 64-bit numbers bigints, bytes Buffers. Throws MalformedBytes, 'schema-not-found', or
   * 'registry-unreachable' (retriable).
   */
  read(bytes: Buffer): unknown {
    const { schemaId, payload } = unframe(bytes)
    const decode = this.#ready.get(schemaId)
    return decode === undefined ? this.#learn(schemaId, payload) : decode(payload)
  }

  async #learn(schemaId: number, payload: Buffer): Promise<unknown> {
    const decode = await decoderOf(await this.#registry.schemaById(schemaId))
    this.#ready.set(schemaId, decode)
    return decode(payload)
  }
}

async function decoderOf({ type, text, referencedTexts }: RegisteredSchema): Promise<Decode> {
  if (type === 'AVRO') {
    const { avroFormat } = await import('../../formats/avro/index.ts')
    const schema = avroFormat.parse(text, referencedTexts)
    return (payload) => schema.decode(payload)
  }
  if (type === 'PROTOBUF') {
    const { protobufFormat, readIndexes } = await import('../../formats/protobuf/index.ts')
    const schema = protobufFormat.parse(text, referencedTexts)
    return (framed) => {
      const { indexes, payload } = readIndexes(framed)
      return schema.decode(payload, schema.nameOf(indexes))
    }
  }
  return readJson
}

function readJson(payload: Buffer): unknown {
  try {
    return parseJson(payload.toString())
  } catch (error) {
    throw new MalformedBytes(error instanceof Error ? error.message : String(error))
  }
}
