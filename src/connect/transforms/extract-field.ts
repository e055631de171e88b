import { DataError } from '../kit/errors.ts'
import { fieldAt, fieldPath, fieldSyntax, valueAt, valueInMap } from './field-path.ts'
import { oncePerSchema, replaceNullWithDefault, requireMap, requireStruct } from './parts.ts'
import { onSide, transform } from './transform.ts'

const purpose = 'field extraction'

export const extractField = transform({
  name: 'ExtractField',
  sided: true,
  about: 'Puts one field in the place of the struct or map that it stands in.',
  options: {
    field: { type: 'string', importance: 'medium', about: 'The field to extract.' },
    ...fieldSyntax,
    ...replaceNullWithDefault,
  },
  open(values, side) {
    const path = fieldPath(values.field, values['field.syntax.version'])
    const withDefault = values['replace.null.with.default']
    const fieldIn = oncePerSchema((schema) => fieldAt(schema, path))
    return onSide(side, ({ schema, value }) => {
      if (schema === null) {
        if (value !== null) requireMap(value, purpose)
        return { schema: null, value: valueInMap(value, path) }
      }
      if (value !== null) requireStruct(value, purpose)
      const field = fieldIn(schema)
      if (field === undefined) throw new DataError(`Unknown field: ${values.field}`)
      return { schema: field.schema, value: valueAt(schema, value, path, withDefault) }
    })
  },
})
