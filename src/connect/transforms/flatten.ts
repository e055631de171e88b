import { setOwn } from '../../base/own-property.ts'
import type { ConnectField, ConnectSchema, Struct } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { describe } from '../values/describe.ts'
import { fieldValue, isObject } from '../values/fields.ts'
import { basicsOf, oncePerSchema, requireMap, requireStruct, structSchema } from './parts.ts'
import { onSide, transform } from './transform.ts'

const purpose = 'flattening'

export const flatten = transform({
  name: 'Flatten',
  sided: true,
  about: 'Brings the fields of structs inside of structs to the outermost level.',
  options: {
    delimiter: {
      type: 'string',
      default: '.',
      importance: 'medium',
      about: 'What stands between the names of an outer and an inner field.',
    },
  },
  open({ delimiter }, side) {
    const flatSchema = oncePerSchema((schema) =>
      structSchema(basicsOf(schema), [...flatFields(schema, '', schema.optional, schema.default)]),
    )

    function* flatFields(
      schema: ConnectSchema,
      prefix: string,
      optional: boolean,
      outerDefault: unknown,
    ): Generator<ConnectField> {
      for (const field of schema.fields ?? []) {
        const name = `${prefix}${field.name}`
        const isOptional = optional || field.schema.optional
        const inherited = isObject(outerDefault) ? fieldValue(outerDefault, field, true) : undefined
        const byDefault = field.schema.default ?? inherited
        if (field.schema.type === 'map') throw unsupported('MAP', true, name)
        if (field.schema.type === 'struct') {
          yield* flatFields(field.schema, `${name}${delimiter}`, isOptional, byDefault)
        } else {
          yield { name, schema: flatField(field.schema, isOptional, byDefault) }
        }
      }
    }

    function flattenStruct(
      schema: ConnectSchema,
      struct: Struct,
      prefix: string,
      flat: Record<string, unknown>,
    ): void {
      for (const field of schema.fields ?? []) {
        const value = fieldValue(struct, field, true)
        if (field.schema.type !== 'struct') setOwn(flat, `${prefix}${field.name}`, value)
        else if (isObject(value)) {
          flattenStruct(field.schema, value, `${prefix}${field.name}${delimiter}`, flat)
        }
      }
    }

    function flattenMap(map: Struct, prefix: string, flat: Record<string, unknown>): void {
      for (const [key, value] of Object.entries(map)) {
        const name = `${prefix}${key}`
        if (isObject(value)) flattenMap(value, `${name}${delimiter}`, flat)
        else if (value instanceof Map) throw unsupported(describe(value), false, name)
        else setOwn(flat, name, value)
      }
    }

    return onSide(side, (datum) => {
      const { schema, value } = datum
      if (value === null) return datum
      const flat: Record<string, unknown> = {}
      if (schema === null) {
        flattenMap(requireMap(value, purpose), '', flat)
        return { schema, value: flat }
      }
      const struct = requireStruct(value, purpose)
      const updated = flatSchema(schema)
      flattenStruct(schema, struct, '', flat)
      return { schema: updated, value: flat }
    })
  },
})

/** Without the field's own optionality and default, which depend on the structs around it too. */
function flatField(schema: ConnectSchema, optional: boolean, byDefault: unknown): ConnectSchema {
  const { default: _, ...rest } = schema
  return { ...rest, optional, ...(byDefault != null && { default: byDefault }) }
}

function unsupported(what: string, schemas: boolean, field: string): DataError {
  return new DataError(
    `Flatten transformation does not support ${what} for record ` +
      `${schemas ? 'with' : 'without'} schemas (for field ${field}).`,
  )
}
