import type { RegisteredSchema } from '../../../client/registry/index.ts'
import { avroFormat } from '../../../formats/avro/index.ts'
import type { ConnectSchema } from '../../kit/data.ts'
import type { Converted } from '../converter.ts'
import type { SchemaLanguage } from '../registered/language.ts'
import { anythingDefinition, anythingName, readAnything, writeAnything } from './anything.ts'
import { avroDefinitionOf } from './avro-schema.ts'
import { connectSchemaOf } from './connect-schema.ts'
import type { AvroOptions } from './names.ts'
import { valueReader } from './read-value.ts'
import { valueWriter } from './write-value.ts'

export function avroLanguage(options: AvroOptions): SchemaLanguage {
  return {
    type: 'AVRO',
    title: 'Avro',
    reader(registered) {
      const avro = parsed(registered)
      const schema = connectSchemaOf(avro.definition, options)
      if (schema.name === anythingName) {
        return (payload) => ({ schema: null, value: readAnything(avro.decode(payload)) })
      }
      const read = valueReader(schema)
      return (payload): Converted => ({ schema, value: read(avro.decode(payload)) })
    },
    writer(schema) {
      const definition = schema === null ? anythingDefinition : avroDefinitionOf(schema, options)
      const avro = avroFormat.parse(JSON.stringify(definition))
      const write = writerFor(schema)
      return {
        text: avro.canonical,
        recordName: schema?.name,
        write: (value) => avro.encode(write(value)),
      }
    },
    writerWith(registered, from) {
      const avro = parsed(registered)
      const write = writerFor(from)
      return (value) => avro.encode(write(value))
    },
  }

  function writerFor(schema: ConnectSchema | null): (value: unknown) => unknown {
    return schema === null ? writeAnything : valueWriter(schema, options)
  }
}

function parsed({ text, referencedTexts }: RegisteredSchema) {
  return avroFormat.parse(text, referencedTexts)
}
