/** Defaults: as the JSON of an Avro schema writes them, and as Connect's data. */
import { setOwn } from '../../../base/own-property.ts'
import type { ConnectSchema } from '../../kit/data.ts'
import { isObject } from '../../values/fields.ts'
import { valueReader } from './read-value.ts'

/** Undefined for a default that does not fit, which Confluent's converter leaves out as well. */
export function defaultOf(schema: ConnectSchema, json: unknown): unknown {
  const plain = plainOf(schema, json)
  return plain === undefined ? undefined : valueReader(schema)(plain)
}

/** What a decoder of Avro would give for the default. */
function plainOf(schema: ConnectSchema, json: unknown): unknown {
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'float32':
    case 'float64':
      return typeof json === 'number' ? json : undefined
    case 'int64':
      return typeof json === 'bigint' || Number.isInteger(json) ? BigInt(json as number) : undefined
    case 'boolean':
      return typeof json === 'boolean' ? json : undefined
    case 'string':
      return typeof json === 'string' ? json : undefined
    case 'bytes':
      return typeof json === 'string' ? Buffer.from(json, 'latin1') : undefined
    case 'array':
      return Array.isArray(json) && schema.values !== undefined
        ? json.map((one) => plainOf(schema.values as ConnectSchema, one))
        : undefined
    case 'map':
      return isObject(json) ? plainEntries(json, () => schema.values) : undefined
    case 'struct':
      return isObject(json)
        ? plainEntries(json, (name) => schema.fields?.find((field) => field.name === name)?.schema)
        : undefined
  }
}

function plainEntries(
  json: Readonly<Record<string, unknown>>,
  schemaOf: (name: string) => ConnectSchema | undefined,
): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(json)) {
    const schema = schemaOf(name)
    if (schema !== undefined) setOwn(plain, name, one === null ? null : plainOf(schema, one))
  }
  return plain
}
