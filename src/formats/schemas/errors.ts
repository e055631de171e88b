/** What schemas and the values that must fit them do wrong, in every schema language. */
import { catalogue } from '../../base/errors.ts'
import type { SchemaType } from './schema-format.ts'

export const schemaError = catalogue({
  'invalid-schema': {
    says: ({ type, where, why }: InvalidSchema) =>
      `The ${languages[type]} schema is invalid${where === '' ? '' : ` at ${where}`}: ${why}.`,
  },
  'unresolved-reference': {
    says: ({ type, name }: { type: SchemaType; name: string }) =>
      `The ${languages[type]} schema refers to '${name}', which neither it nor its references define; register that schema and name it in "references".`,
  },
  'not-readable': {
    says: ({ type, written, read }: { type: SchemaType; written: string; read: string }) =>
      `What was written as ${written} cannot be read as ${read}, which the ${languages[type]} schema of the reader expects; read it with a compatible schema.`,
  },
  'wrong-value': {
    says: ({ type, where, expected, given }: WrongValue) =>
      `The value${where === '' ? '' : ` at ${where}`} does not fit its ${languages[type]} schema: ${expected} is expected, not ${given}.`,
  },
})

const languages: Readonly<Record<SchemaType, string>> = {
  AVRO: 'Avro',
  JSON: 'JSON',
  PROTOBUF: 'Protobuf',
}

interface InvalidSchema {
  readonly type: SchemaType
  /** The place in the schema, as its language names places (a JSON pointer, line:column); '' for the whole. */
  readonly where: string
  /** A sentence without its full stop. */
  readonly why: string
}

interface WrongValue {
  readonly type: SchemaType
  /** The path of the field in the value, such as `readings[2].power`; '' for the value itself. */
  readonly where: string
  readonly expected: string
  readonly given: string
}
