import { setOwn } from '../../base/own-property.ts'
import type { ConnectField } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { notEmpty } from '../values/checks.ts'
import { fieldOf, fieldValue } from '../values/fields.ts'
import {
  oncePerSchema,
  replaceNullWithDefault,
  requireMap,
  requireStruct,
  structSchema,
} from './parts.ts'
import { transform } from './transform.ts'

const purpose = 'copying fields from value to key'

export const valueToKey = transform({
  name: 'ValueToKey',
  sided: false,
  about: 'Makes the key of a record from fields of its value.',
  options: {
    fields: {
      type: 'list',
      importance: 'high',
      about: 'The fields of the value that become those of the key.',
      check: notEmpty,
    },
    ...replaceNullWithDefault,
  },
  open(values) {
    const withDefault = values['replace.null.with.default']
    const keySchemaOf = oncePerSchema((schema) => {
      const fields = values.fields.map((name): ConnectField => {
        const field = fieldOf(schema, name)
        if (field === undefined) throw new DataError(`Field does not exist: ${name}`)
        return field
      })
      return structSchema({ optional: false }, fields)
    })
    return (record) => {
      const key: Record<string, unknown> = {}
      if (record.valueSchema === null) {
        const map = requireMap(record.value, purpose)
        for (const name of values.fields) setOwn(key, name, map[name] ?? null)
        return { ...record, keySchema: null, key }
      }
      const struct = requireStruct(record.value, purpose)
      const keySchema = keySchemaOf(record.valueSchema)
      for (const field of keySchema.fields ?? []) {
        setOwn(key, field.name, fieldValue(struct, field, withDefault))
      }
      return { ...record, keySchema, key }
    }
  },
})
