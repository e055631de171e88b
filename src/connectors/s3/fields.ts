import { BadRecordError, type SinkRecord } from '../../connect/kit/index.ts'

/** A field of a record's value; a name with dots goes into structs inside. */
export function fieldOf({ value }: SinkRecord, name: string): unknown {
  const found = name
    .split('.')
    .reduce<unknown>(
      (inside, part) => (isObject(inside) ? ownField(inside, part) : undefined),
      value,
    )
  if (found !== undefined && found !== null) return found
  throw new BadRecordError(`The value has no field '${name}', which says where the record belongs`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function ownField(value: object, name: string): unknown {
  if (value instanceof Map) return value.get(name)
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
