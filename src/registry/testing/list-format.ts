import { schemaError } from '../../formats/schemas/errors.ts'
import type { Formats } from '../../formats/schemas/formats.ts'
import type { ParsedSchema, SchemaFormat, SchemaType } from '../../formats/schemas/schema-format.ts'

/**
 * A schema language for tests: a schema is a list of the fields that a reader needs, such as
 * `a, b`; `&name` takes in the fields of a reference. A field that the writer lacks is in the way.
 */
function listFormat(type: SchemaType): SchemaFormat {
  return { type, parse: (text, references) => new FieldList(type, text, references ?? new Map()) }
}

class FieldList implements ParsedSchema {
  readonly type: SchemaType
  readonly canonical: string
  readonly fields: readonly string[]

  constructor(type: SchemaType, text: string, references: ReadonlyMap<string, string>) {
    this.type = type
    const items = text.split(',').map((item) => item.trim())
    const wrong = items.find((item) => !/^&?[a-z]\w*$/.test(item))
    if (wrong !== undefined) {
      throw schemaError('invalid-schema', { type, where: '', why: `'${wrong}' is no field` })
    }
    this.canonical = items.join(', ')
    this.fields = items.flatMap((item) => {
      if (!item.startsWith('&')) return [item]
      const referred = references.get(item.slice(1))
      if (referred === undefined) {
        throw schemaError('unresolved-reference', { type, name: item.slice(1) })
      }
      return new FieldList(type, referred, references).fields
    })
  }

  normalized(): string {
    return this.canonical.split(', ').sort().join(', ')
  }

  formatted(notation: string): string {
    return notation === 'resolved' ? this.fields.join(', ') : this.canonical
  }

  incompatibilities(writer: FieldList): string[] {
    return this.fields
      .filter((field) => !writer.fields.includes(field))
      .map((field) => `'${field}' of the new schema is missing in the old schema`)
  }
}

export const listFormats: Formats = {
  JSON: async () => listFormat('JSON'),
  PROTOBUF: async () => listFormat('PROTOBUF'),
  AVRO: async () => listFormat('AVRO'),
}
