import { setOwn } from '../../base/own-property.ts'
import { type ConnectSchema, isDecimal } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { nonEmptyText, notEmpty } from '../values/checks.ts'
import { describe } from '../values/describe.ts'
import { fieldValue, isObject } from '../values/fields.ts'
import { narrowed, parseDecimal } from '../values/numbers.ts'
import { replaceNullWithDefault, requireMap, requireStruct } from './parts.ts'
import { onSide, transform } from './transform.ts'

const purpose = 'mask fields'

export const maskField = transform({
  name: 'MaskField',
  sided: true,
  about: 'Puts an empty value of the same type, or a given one, in the place of fields.',
  options: {
    fields: {
      type: 'list',
      importance: 'high',
      about: 'The fields to mask.',
      check: notEmpty,
    },
    replacement: {
      type: 'string',
      isFreeText: true,
      default: null,
      importance: 'low',
      about: 'What numbers and strings are replaced with; 0 and nothing if it is not given.',
      check: nonEmptyText,
    },
    ...replaceNullWithDefault,
  },
  open(values, side) {
    const masked = new Set(values.fields)
    const withDefault = values['replace.null.with.default']

    function mask(schema: ConnectSchema | null, value: unknown): unknown {
      if (value === null) return null
      const { replacement } = values
      return replacement === undefined
        ? emptied(schema, value)
        : replaced(schema, value, replacement)
    }

    return onSide(side, ({ schema, value }) => {
      const changed: Record<string, unknown> = {}
      if (schema === null) {
        const map = requireMap(value, purpose)
        for (const [name, one] of Object.entries(map)) setOwn(changed, name, one)
        for (const name of masked) setOwn(changed, name, mask(null, map[name] ?? null))
      } else {
        const struct = requireStruct(value, purpose)
        for (const field of schema.fields ?? []) {
          const one = fieldValue(struct, field, withDefault)
          setOwn(changed, field.name, masked.has(field.name) ? mask(field.schema, one) : one)
        }
      }
      return { schema, value: changed }
    })
  },
})

function emptied(schema: ConnectSchema | null, value: unknown): unknown {
  if (schema === null && isObject(value)) return {}
  if (typeof value === 'string') return ''
  if (typeof value === 'number') return 0
  if (typeof value === 'bigint') return 0n
  if (typeof value === 'boolean') return false
  if (value instanceof Date) return new Date(0)
  if (Array.isArray(value)) return []
  if (value instanceof Map) return new Map()
  if (isDecimal(value)) return { unscaled: 0n, scale: 0 }
  throw new DataError(`Cannot mask value of type: ${describe(value)}`)
}

const bits = { int8: 8, int16: 16, int32: 32 } as const

function replaced(schema: ConnectSchema | null, value: unknown, text: string): unknown {
  if (typeof value === 'string') return text
  if (isDecimal(value)) return numberFrom(text, schema)
  if (typeof value === 'bigint') return narrowed(numberFrom(text, schema), 64)
  if (typeof value === 'number') {
    const decimal = numberFrom(text, schema)
    const type = schema?.type ?? (Number.isInteger(value) ? 'int64' : 'float64')
    if (type === 'float32') return Math.fround(Number(text))
    if (type === 'float64') return Number(text)
    return Number(narrowed(decimal, type in bits ? bits[type as keyof typeof bits] : 64))
  }
  throw new DataError(`Cannot mask value of type ${describe(value)} with custom replacement.`)
}

function numberFrom(text: string, schema: ConnectSchema | null) {
  const decimal = parseDecimal(text)
  if (decimal === undefined) {
    throw new DataError(
      `Unable to convert ${text} to a number${schema ? ` of ${schema.type}` : ''}`,
    )
  }
  return decimal
}
