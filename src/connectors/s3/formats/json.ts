/** A line of JSON a record, as Confluent's JsonFormat writes it. */
import { jsonEncoding } from '../../../connect/encodings/index.ts'
import { BadRecordError, type ConnectSchema } from '../../../connect/kit/index.ts'
import type { LakeValues } from '../options/index.ts'
import { type Format, Pieces } from './format.ts'

export function jsonFormat(values: LakeValues): Format {
  const decimals = values['json.decimal.format'] as 'BASE64' | 'NUMERIC'
  return {
    extension: '.json',
    compressesItself: false,
    bindsSchema: false,
    open: () => {
      const pieces = new Pieces()
      let known: ConnectSchema | null | undefined
      let encode: (value: unknown) => string = String
      return {
        prepare(schema, value) {
          if (schema !== known) {
            encode = jsonEncoding(schema, decimals)
            known = schema
          }
          try {
            const line = Buffer.from(`${encode(value)}\n`)
            return () => pieces.add(line)
          } catch (cause) {
            throw new BadRecordError(`The value cannot be JSON: ${String(cause)}`, { cause })
          }
        },
        take: () => pieces.take(),
        end: async () => pieces.take(),
      }
    },
  }
}
