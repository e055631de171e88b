/** What transforms of structs and of maps without a schema have in common. */
import type { ConnectField, ConnectSchema, Struct } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import type { Option } from '../kit/options.ts'
import { describe } from '../values/describe.ts'
import { isObject } from '../values/fields.ts'

export function requireStruct(value: unknown, purpose: string): Struct {
  if (isObject(value)) return value
  throw new DataError(`Only Struct objects supported for [${purpose}], found: ${describe(value)}`)
}

export function requireMap(value: unknown, purpose: string): Struct {
  if (isObject(value)) return value
  throw new DataError(
    `Only Map objects supported in absence of schema for [${purpose}], found: ${describe(value)}`,
  )
}

/** What a schema becomes, made once for each schema and forgotten with it. */
export function oncePerSchema<Made>(
  make: (schema: ConnectSchema) => Made,
): (schema: ConnectSchema) => Made {
  const made = new WeakMap<ConnectSchema, { readonly is: Made }>()
  return (schema) => {
    const known = made.get(schema) ?? { is: make(schema) }
    made.set(schema, known)
    return known.is
  }
}

/** A required schema with the name, version, doc and parameters of another one. */
export function basicsOf(schema: ConnectSchema): Omit<ConnectSchema, 'type' | 'fields'> {
  const { name, version, doc, parameters } = schema
  return {
    optional: false,
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(doc !== undefined && { doc }),
    ...(parameters !== undefined && { parameters }),
  }
}

export function structSchema(
  basics: Omit<ConnectSchema, 'type' | 'fields'>,
  fields: readonly ConnectField[],
): ConnectSchema {
  const twice = fields.find(
    (field, index) => fields.findIndex((one) => one.name === field.name) < index,
  )
  if (twice !== undefined) {
    throw new DataError(`Cannot create field because of field name duplication ${twice.name}`)
  }
  return { ...basics, type: 'struct', fields }
}

/** The option that most transforms of fields share. */
export const replaceNullWithDefault = {
  'replace.null.with.default': {
    type: 'boolean',
    default: 'true',
    importance: 'medium',
    about: 'Whether a null of a field that has a default is replaced with this default.',
  },
} as const satisfies Record<string, Option>
