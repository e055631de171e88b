import { setOwn } from '../../base/own-property.ts'
import { oncePerSchema } from './parts.ts'
import { onSide, transform } from './transform.ts'

export const hoistField = transform({
  name: 'HoistField',
  sided: true,
  about: 'Wraps the key or value in a struct (or a map, without a schema) with this one field.',
  options: {
    field: { type: 'string', importance: 'medium', about: 'The name of the only field.' },
  },
  open({ field }, side) {
    const wrapped = oncePerSchema((schema) => ({
      type: 'struct' as const,
      optional: false,
      fields: [{ name: field, schema }],
    }))
    return onSide(side, ({ schema, value }) => {
      const struct: Record<string, unknown> = {}
      setOwn(struct, field, value)
      return { schema: schema === null ? null : wrapped(schema), value: struct }
    })
  },
})
