import { parseJson } from '../../../base/lossless-json.ts'
import type { ConnectSchema } from '../../kit/data.ts'
import { DataError } from '../../kit/errors.ts'
import type { Converted } from '../converter.ts'
import { hasDecimals, readerOf } from '../json-read.ts'
import { writerOf } from '../json-write.ts'
import type { SchemaLanguage } from '../registered/language.ts'
import { connectSchemaOf } from './connect-schema.ts'
import { type JsonSchemaOptions, jsonSchemaOf } from './json-schema.ts'
import { SchemaTexts } from './schema-texts.ts'

export function jsonSchemaLanguage(options: JsonSchemaOptions): SchemaLanguage {
  return {
    type: 'JSON',
    title: 'JSON Schema',
    reader({ text, referencedTexts }) {
      const schema = connectSchemaOf(new SchemaTexts(text, referencedTexts), options)
      const read = readerOf(schema, { ...options, replacesNull: true })
      const exact = hasDecimals(schema)
      return (payload): Converted => ({ schema, value: read(parsed(payload, exact)) })
    },
    writer(schema) {
      const described = required(schema)
      const text = JSON.stringify(jsonSchemaOf(described, options))
      return { text, recordName: described.name, write: encoder(described) }
    },
    writerWith: (_, from) => encoder(required(from)),
  }

  function encoder(schema: ConnectSchema): (value: unknown) => Buffer {
    const write = writerOf(schema, options)
    return (value) => Buffer.from(JSON.stringify(write(value)))
  }
}

function parsed(payload: Buffer, exact: boolean): unknown {
  try {
    return parseJson(payload.toString(), exact)
  } catch (cause) {
    throw new DataError((cause as Error).message, { cause })
  }
}

function required(schema: ConnectSchema | null): ConnectSchema {
  if (schema !== null) return schema
  throw new DataError('a value without a schema has no JSON Schema; use JsonConverter for such')
}
