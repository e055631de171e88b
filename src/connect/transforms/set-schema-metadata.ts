import { setOwn } from '../../base/own-property.ts'
import { DataError } from '../kit/errors.ts'
import { fieldValue, isObject } from '../values/fields.ts'
import { oncePerSchema, replaceNullWithDefault } from './parts.ts'
import { onSide, transform } from './transform.ts'

export const setSchemaMetadata = transform({
  name: 'SetSchemaMetadata',
  sided: true,
  about: 'Gives the schema of the key or value another name or version.',
  options: {
    'schema.name': {
      type: 'string',
      default: null,
      importance: 'high',
      about: 'The new name of the schema.',
    },
    'schema.version': {
      type: 'int',
      default: null,
      importance: 'high',
      about: 'The new version of the schema.',
    },
    ...replaceNullWithDefault,
  },
  check: (values) =>
    values['schema.name'] === undefined && values['schema.version'] === undefined
      ? 'Neither schema name nor version configured'
      : undefined,
  open(values, side) {
    const [name, version] = [values['schema.name'], values['schema.version']]
    const withDefault = values['replace.null.with.default']
    const renamed = oncePerSchema((schema) => ({
      ...schema,
      ...(name !== undefined && { name }),
      ...(version !== undefined && { version }),
    }))
    return onSide(side, (datum) => {
      const { schema, value } = datum
      if (schema === null && value === null) return datum
      if (schema === null) throw new DataError('Schema required for [updating schema metadata]')
      if (schema.fields === undefined || !isObject(value)) return { schema: renamed(schema), value }
      const struct: Record<string, unknown> = {}
      for (const field of schema.fields) {
        setOwn(struct, field.name, fieldValue(value, field, withDefault))
      }
      return { schema: renamed(schema), value: struct }
    })
  },
})
