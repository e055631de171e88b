import { setOwn } from '../../base/own-property.ts'
import type { ConnectSchema } from '../kit/data.ts'
import { fieldValue } from '../values/fields.ts'
import { type CastType, castTypes, castValue } from './cast-value.ts'
import {
  basicsOf,
  oncePerSchema,
  replaceNullWithDefault,
  requireMap,
  requireStruct,
  structSchema,
} from './parts.ts'
import { onSide, transform } from './transform.ts'

const purpose = 'cast types'

export const cast = transform({
  name: 'Cast',
  sided: true,
  about: 'Turns fields, or the whole key or value, into another type.',
  options: {
    spec: {
      type: 'list',
      importance: 'high',
      about: `Pairs such as temperature:float64, or one type for the whole. Types: ${castTypes.join(', ')}.`,
      check: wrongSpec,
    },
    ...replaceNullWithDefault,
  },
  open(values, side) {
    const whole = values.spec.length === 1 ? wholeType(values.spec[0] ?? '') : undefined
    return onSide(side, whole === undefined ? fieldCast(values) : wholeCast(whole))
  },
})

interface Values {
  readonly spec: readonly string[]
  readonly 'replace.null.with.default': boolean
}

interface Datum {
  readonly schema: ConnectSchema | null
  readonly value: unknown
}

function wholeCast(to: CastType): (datum: Datum) => Datum {
  const schemaOf = oncePerSchema(
    (schema): ConnectSchema => ({
      ...basicsOf(schema),
      ...castSchema(schema, to),
    }),
  )
  return (datum) => {
    const { schema, value } = datum
    if (value === null) return datum
    return {
      schema: schema === null ? null : schemaOf(schema),
      value: castValue(schema, value, to),
    }
  }
}

function fieldCast(values: Values): (datum: Datum) => Datum {
  const types = new Map(values.spec.map(fieldType))
  const withDefault = values['replace.null.with.default']
  const schemaOf = oncePerSchema((schema) => {
    const fields = (schema.fields ?? []).map((field) => {
      const to = types.get(field.name)
      return to === undefined ? field : { name: field.name, schema: castSchema(field.schema, to) }
    })
    const { optional } = schema
    return { ...structSchema(basicsOf(schema), fields), optional }
  })
  return (datum) => {
    const { schema, value } = datum
    if (value === null) return datum
    const changed: Record<string, unknown> = {}
    if (schema === null) {
      const map = requireMap(value, purpose)
      for (const [name, one] of Object.entries(map)) setOwn(changed, name, one)
      for (const [name, to] of types) setOwn(changed, name, castValue(null, map[name], to))
      return { schema, value: changed }
    }
    const struct = requireStruct(value, purpose)
    for (const field of schema.fields ?? []) {
      const one = fieldValue(struct, field, withDefault)
      const to = types.get(field.name)
      setOwn(changed, field.name, to === undefined ? one : castValue(field.schema, one, to))
    }
    return { schema: schemaOf(schema), value: changed }
  }
}

/** The type alone, with the optionality and the default of what is cast. */
function castSchema(schema: ConnectSchema, to: CastType): ConnectSchema {
  return {
    type: to,
    optional: schema.optional,
    ...(schema.default != null && { default: castValue(schema, schema.default, to) }),
  }
}

function fieldType(pair: string): [string, CastType] {
  const [name = '', type = ''] = pair.split(':')
  return [name.trim(), type.trim().toLowerCase() as CastType]
}

function wholeType(pair: string): CastType | undefined {
  return pair.includes(':') ? undefined : (pair.trim().toLowerCase() as CastType)
}

function wrongSpec(pairs: readonly string[]): string | undefined {
  if (pairs.length === 0) return 'Must specify at least one field to cast.'
  for (const pair of pairs) {
    const parts = pair.split(':')
    if (parts.length > 2) return `Invalid rename mapping: ${pair}`
    const type = (parts.at(-1) ?? '').trim().toLowerCase()
    if (!castTypes.includes(type as CastType)) {
      return `Invalid type found in casting spec: ${type}; use one of ${castTypes.join(', ')}`
    }
  }
  return pairs.length > 1 && pairs.some((pair) => !pair.includes(':'))
    ? 'Cast transformations that specify a type to cast the entire value to may only specify a single cast in their spec'
    : undefined
}
