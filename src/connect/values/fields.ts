/** Access to structs and to maps without a schema, which both are objects. */
import { type ConnectField, type ConnectSchema, isDecimal, type Struct } from '../kit/data.ts'

/** The field of a struct's schema by its name. */
export function fieldOf(schema: ConnectSchema, name: string): ConnectField | undefined {
  return schema.fields?.find((field) => field.name === name)
}

/** A field's value; its default where it has none and `withDefault` says so, else null. */
export function fieldValue(struct: Struct, field: ConnectField, withDefault: boolean): unknown {
  const value = struct[field.name] ?? null
  return value === null && withDefault ? (field.schema.default ?? null) : value
}

/** Whether a value is a struct, or a map without a schema. */
export function isObject(value: unknown): value is Struct {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !Buffer.isBuffer(value) &&
    !(value instanceof Date) &&
    !(value instanceof Map) &&
    !isDecimal(value)
  )
}
