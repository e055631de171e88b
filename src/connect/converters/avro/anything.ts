/** Values without a schema in Avro: a record with a field for every type (Confluent's "Anything"). */
import { setOwn } from '../../../base/own-property.ts'
import { DataError } from '../../kit/errors.ts'
import { describe } from '../../values/describe.ts'
import { isObject } from '../../values/fields.ts'

export const anythingName = 'io.confluent.connect.avro.Anything'

function nullOr(name: string, type: unknown) {
  return { name, type: ['null', type], default: null }
}

export const anythingDefinition = {
  type: 'record',
  name: 'Anything',
  namespace: 'io.confluent.connect.avro',
  fields: [
    ...['boolean', 'bytes', 'double', 'float', 'int', 'long', 'string'].map((type) =>
      nullOr(type, type),
    ),
    nullOr('array', { type: 'array', items: 'Anything' }),
    nullOr('map', {
      type: 'array',
      items: {
        type: 'record',
        name: 'MapEntry',
        fields: [
          { name: 'key', type: 'Anything' },
          { name: 'value', type: 'Anything' },
        ],
      },
    }),
  ],
}

export function writeAnything(value: unknown): unknown {
  if (value === null || value === undefined) return {}
  if (typeof value === 'boolean') return { boolean: value }
  if (typeof value === 'string') return { string: value }
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return { long: value }
  if (typeof value === 'number') return { double: value }
  if (Buffer.isBuffer(value)) return { bytes: value }
  if (Array.isArray(value)) return { array: value.map(writeAnything) }
  if (!isObject(value) && !(value instanceof Map)) {
    throw new DataError(`Without a schema there is no Avro for a ${describe(value)}`)
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return {
    map: entries.map(([key, one]) => ({ key: writeAnything(key), value: writeAnything(one) })),
  }
}

/** A map with keys that are texts is an object, as JSON has it. */
export function readAnything(value: unknown): unknown {
  if (!isObject(value)) return value
  const [name, one] = Object.entries(value).find(([, field]) => field !== null) ?? []
  if (name === 'array') return (one as unknown[]).map(readAnything)
  if (name === 'map') return readMap(one as readonly { key: unknown; value: unknown }[])
  const isSafe = typeof one === 'bigint' && Number.isSafeInteger(Number(one))
  return isSafe ? Number(one) : (one ?? null)
}

function readMap(entries: readonly { key: unknown; value: unknown }[]): unknown {
  const pairs = entries.map(({ key, value }) => [readAnything(key), readAnything(value)] as const)
  if (!pairs.every(([key]) => typeof key === 'string')) return new Map(pairs)
  const map: Record<string, unknown> = {}
  for (const [key, value] of pairs) setOwn(map, String(key), value)
  return map
}
