import { setOwn } from '../../base/own-property.ts'
import { DataError } from '../kit/errors.ts'
import type { ConnectHeader } from '../kit/record.ts'
import { notEmpty } from '../values/checks.ts'
import { fieldOf, fieldValue } from '../values/fields.ts'
import {
  basicsOf,
  oncePerSchema,
  replaceNullWithDefault,
  requireMap,
  requireStruct,
  structSchema,
} from './parts.ts'
import { type Datum, transform } from './transform.ts'

export const headerFrom = transform({
  name: 'HeaderFrom',
  sided: true,
  about: 'Moves or copies fields of the key or value into headers.',
  options: {
    fields: {
      type: 'list',
      importance: 'high',
      about: 'The fields whose values become headers.',
      check: notEmpty,
    },
    headers: {
      type: 'list',
      importance: 'high',
      about: 'The names of the headers, in the order of the fields.',
      check: notEmpty,
    },
    operation: {
      type: 'string',
      importance: 'high',
      about: 'move takes the fields out of the record, copy leaves them in it.',
      oneOf: ['move', 'copy'],
    },
    ...replaceNullWithDefault,
  },
  check: ({ fields, headers }) =>
    fields.length === headers.length
      ? undefined
      : "'fields' config must have the same number of elements as 'headers' config.",
  open(values, side) {
    const withDefault = values['replace.null.with.default']
    const moves = values.operation === 'move'
    const purpose = `header ${values.operation}`
    const fieldNames = new Set(values.fields)
    const schemaWithout = oncePerSchema((schema) =>
      structSchema(
        basicsOf(schema),
        (schema.fields ?? []).filter(({ name }) => !fieldNames.has(name)),
      ),
    )

    function headersOf({ schema, value }: Datum): ConnectHeader[] {
      return values.fields.map((name, index) => {
        const key = values.headers[index] ?? name
        if (schema === null) {
          return { key, schema: null, value: requireMap(value, purpose)[name] ?? null }
        }
        const struct = requireStruct(value, purpose)
        const field = fieldOf(schema, name)
        if (field === undefined) throw new DataError(`Unknown field: ${name}`)
        return { key, schema: field.schema, value: fieldValue(struct, field, withDefault) }
      })
    }

    function without({ schema, value }: Datum): Datum {
      const left: Record<string, unknown> = {}
      if (schema === null) {
        for (const [name, one] of Object.entries(requireMap(value, purpose))) {
          if (!fieldNames.has(name)) setOwn(left, name, one)
        }
        return { schema, value: left }
      }
      const struct = requireStruct(value, purpose)
      const lessSchema = schemaWithout(schema)
      for (const field of lessSchema.fields ?? []) {
        setOwn(left, field.name, fieldValue(struct, field, withDefault))
      }
      return { schema: lessSchema, value: left }
    }

    return (record) => {
      const datum = side.of(record)
      const headers = [...record.headers, ...headersOf(datum)]
      return { ...(moves ? side.with(record, without(datum)) : record), headers }
    }
  },
})
