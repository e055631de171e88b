import { checkSize } from '../schemas/limits.ts'
import type { SchemaFormat } from '../schemas/schema-format.ts'
import { AvroSchema } from './avro-schema.ts'

export const avroFormat: SchemaFormat<AvroSchema> = {
  type: 'AVRO',
  parse(text, references = new Map()) {
    checkSize('AVRO', text, references)
    return new AvroSchema(text, references)
  },
}
