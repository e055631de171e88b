import { schemaError } from '../schemas/errors.ts'
import { schemaLimits } from '../schemas/limits.ts'
import type { SchemaFormat } from '../schemas/schema-format.ts'
import { AvroSchema } from './avro-schema.ts'

export const avroFormat: SchemaFormat<AvroSchema> = {
  type: 'AVRO',
  parse(text, references = new Map()) {
    checkSize(text.length, schemaLimits.mostCharacters, 'it')
    const referenced = [...references.values()].reduce((sum, { length }) => sum + length, 0)
    checkSize(referenced, schemaLimits.mostReferencedCharacters, 'all that it refers to')
    return new AvroSchema(text, references)
  },
}

function checkSize(characters: number, most: number, what: string): void {
  if (characters <= most) return
  const why = `${what} has ${characters} characters, ${most} are the most`
  throw schemaError('invalid-schema', { type: 'AVRO', where: '', why })
}
