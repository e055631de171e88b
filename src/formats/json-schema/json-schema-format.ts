import { checkSize } from '../schemas/limits.ts'
import type { SchemaFormat } from '../schemas/schema-format.ts'
import { JsonSchema } from './json-schema.ts'

export const jsonSchemaFormat: SchemaFormat<JsonSchema> = {
  type: 'JSON',
  parse(text, references = new Map()) {
    checkSize('JSON', text, references)
    return new JsonSchema(text, references)
  },
}
