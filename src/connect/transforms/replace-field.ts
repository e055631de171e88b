import { setOwn } from '../../base/own-property.ts'
import { fieldValue } from '../values/fields.ts'
import {
  basicsOf,
  oncePerSchema,
  replaceNullWithDefault,
  requireMap,
  requireStruct,
  structSchema,
} from './parts.ts'
import { onSide, transform } from './transform.ts'

const purpose = 'field replacement'

export const replaceField = transform({
  name: 'ReplaceField',
  sided: true,
  about: 'Drops, keeps and renames fields.',
  options: {
    exclude: {
      type: 'list',
      default: '',
      importance: 'medium',
      about: 'The fields to drop; stronger than include.',
    },
    include: {
      type: 'list',
      default: '',
      importance: 'medium',
      about: 'The fields to keep; all others go. Empty keeps all.',
    },
    renames: {
      type: 'list',
      default: '',
      importance: 'medium',
      about: 'New names, as old:new.',
      check: wrongRenames,
    },
    ...replaceNullWithDefault,
  },
  open(values, side) {
    const excluded = new Set(values.exclude)
    const included = new Set(values.include)
    const renames = new Map(values.renames.map((pair) => pair.split(':') as [string, string]))
    const withDefault = values['replace.null.with.default']

    function keeps(name: string): boolean {
      return !excluded.has(name) && (included.size === 0 || included.has(name))
    }

    const plan = oncePerSchema((schema) => {
      const moves = (schema.fields ?? [])
        .filter(({ name }) => keeps(name))
        .map((field) => ({ field, name: renames.get(field.name) ?? field.name }))
      const fields = moves.map(({ field, name }) => ({ name, schema: field.schema }))
      return { moves, schema: structSchema(basicsOf(schema), fields) }
    })

    return onSide(side, (datum) => {
      const { schema, value } = datum
      if (value === null) return datum
      const replaced: Record<string, unknown> = {}
      if (schema === null) {
        for (const [name, one] of Object.entries(requireMap(value, purpose))) {
          if (keeps(name)) setOwn(replaced, renames.get(name) ?? name, one)
        }
        return { schema, value: replaced }
      }
      const struct = requireStruct(value, purpose)
      const planned = plan(schema)
      for (const { field, name } of planned.moves) {
        setOwn(replaced, name, fieldValue(struct, field, withDefault))
      }
      return { schema: planned.schema, value: replaced }
    })
  },
})

function wrongRenames(pairs: readonly string[]): string | undefined {
  const wrong = pairs.find((pair) => !/^[^:]*:[^:]+$/.test(pair))
  return wrong === undefined ? undefined : `Invalid rename mapping: ${wrong}`
}
