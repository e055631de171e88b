import { isUtf8 } from 'node:buffer'
import { MalformedBytes } from '../../base/bytes.ts'
import { parseJson } from '../../base/lossless-json.ts'
import { frame } from '../../formats/confluent-frame.ts'
import type { RegisteredSchema } from './schemas.ts'

/** A JSON text as a value of a schema, its id in front; one that does not fit throws MalformedBytes or 'wrong-value'. */
export type EncodeJson = (json: Buffer) => Buffer

/** Throws 'invalid-schema'. */
export async function jsonEncoder({
  type,
  text,
  id,
  referencedTexts,
}: RegisteredSchema): Promise<EncodeJson> {
  if (type === 'AVRO') {
    const { avroFormat } = await import('../../formats/avro/index.ts')
    const schema = avroFormat.parse(text, referencedTexts)
    return (json) => frame(id, schema.encode(read(json, parseJson)))
  }
  if (type === 'PROTOBUF') {
    const { protobufFormat, writeIndexes } = await import('../../formats/protobuf/index.ts')
    const schema = protobufFormat.parse(text, referencedTexts)
    const head = writeIndexes([0])
    return (json) => frame(id, Buffer.concat([head, schema.encode(read(json, parseJson))]))
  }
  const { jsonSchemaFormat } = await import('../../formats/json-schema/index.ts')
  const schema = jsonSchemaFormat.parse(text, referencedTexts)
  return (json) => {
    const wrong = schema.validate(read(json, JSON.parse))
    if (wrong !== undefined) throw new MalformedBytes(wrong)
    return frame(id, json)
  }
}

function read(json: Buffer, parse: (text: string) => unknown): unknown {
  if (!isUtf8(json)) throw new MalformedBytes('it is no text in UTF-8')
  try {
    return parse(json.toString())
  } catch (error) {
    throw new MalformedBytes(`it is no JSON: ${error instanceof Error ? error.message : error}`)
  }
}
