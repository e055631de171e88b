import { jsonText } from '../../base/lossless-json.ts'
import type { JsonOptions } from '../converters/json-read.ts'
import { writerOf, writeSchemaless } from '../converters/json-write.ts'
import type { ConnectSchema } from '../kit/data.ts'

/** Values of a schema, or of none, as one line of JSON each; throws where one does not fit. */
export function jsonEncoding(
  schema: ConnectSchema | null,
  decimals: JsonOptions['decimals'],
): (value: unknown) => string {
  const options: JsonOptions = { replacesNull: true, decimals, dialect: 'tuples' }
  const write = schema === null ? writeSchemaless : writerOf(schema, options)
  return (value) => jsonText(write(value))
}
