import { setOwn } from '../../base/own-property.ts'
import type { ConnectSchema } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { wrongDateFormat } from '../values/checks.ts'
import { type DateFormat, dateFormat } from '../values/date-format.ts'
import { describe } from '../values/describe.ts'
import { fieldValue } from '../values/fields.ts'
import { dayMs, logicalSchemas, logicalTypeOf, timestampFrom } from '../values/logical.ts'
import {
  basicsOf,
  oncePerSchema,
  replaceNullWithDefault,
  requireMap,
  requireStruct,
  structSchema,
} from './parts.ts'
import { onSide, transform } from './transform.ts'

const purpose = 'converting timestamp formats'

export const timestampConverter = transform({
  name: 'TimestampConverter',
  sided: true,
  about: 'Turns a time into another notation: a text, a number, or one of the types of Connect.',
  options: {
    field: {
      type: 'string',
      default: '',
      importance: 'high',
      about: 'The field with the time; empty if it is the whole key or value.',
    },
    'target.type': {
      type: 'string',
      importance: 'high',
      about: 'What it becomes.',
      oneOf: ['string', 'unix', 'Date', 'Time', 'Timestamp'],
    },
    format: {
      type: 'string',
      default: '',
      importance: 'medium',
      about: 'How texts are written and read: a pattern of SimpleDateFormat, in UTC.',
      check: wrongDateFormat,
    },
    'unix.precision': {
      type: 'string',
      default: 'milliseconds',
      importance: 'low',
      about: 'What a number counts. Timestamps of Connect are milliseconds: finer parts are lost.',
      oneOf: ['nanoseconds', 'microseconds', 'milliseconds', 'seconds'],
    },
    ...replaceNullWithDefault,
  },
  check: (values) =>
    values['target.type'] === 'string' && values.format === ''
      ? 'TimestampConverter requires format option to be specified when using string timestamps'
      : undefined,
  open(values, side) {
    const withDefault = values['replace.null.with.default']
    const notations = notationsFor(
      values.format === '' ? undefined : dateFormat(values.format),
      values['unix.precision'] as keyof typeof perMs,
    )
    const target = notations[values['target.type'] as Notation]

    function converted(schema: ConnectSchema | null, value: unknown): unknown {
      const from = schema === null ? notationOfValue(value) : notationOfSchema(schema)
      if (value === null || value === undefined) return null
      return target.write(notations[from].read(value))
    }

    function convertedStruct(schema: ConnectSchema, value: unknown): unknown {
      if (value === null) return null
      const struct = requireStruct(value, purpose)
      const changed: Record<string, unknown> = {}
      for (const field of schema.fields ?? []) {
        const one = fieldValue(struct, field, withDefault)
        setOwn(
          changed,
          field.name,
          field.name === values.field ? converted(field.schema, one) : one,
        )
      }
      return changed
    }

    const schemaOf = oncePerSchema((schema): ConnectSchema => {
      if (values.field === '') return { ...target.schema, optional: schema.optional }
      const fields = (schema.fields ?? []).map(({ name, schema: inner }) =>
        name === values.field
          ? { name, schema: { ...target.schema, optional: inner.optional } }
          : { name, schema: inner },
      )
      const byDefault = schema.default == null ? null : convertedStruct(schema, schema.default)
      return {
        ...structSchema(basicsOf(schema), fields),
        optional: schema.optional,
        ...(byDefault !== null && { default: byDefault }),
      }
    })

    return onSide(side, ({ schema, value }) => {
      if (schema === null) {
        if (value === null || values.field === '') return { schema, value: converted(null, value) }
        const changed = { ...requireMap(value, purpose) }
        setOwn(changed, values.field, converted(null, changed[values.field]))
        return { schema, value: changed }
      }
      if (values.field === '') return { schema: schemaOf(schema), value: converted(schema, value) }
      return { schema: schemaOf(schema), value: convertedStruct(schema, value) }
    })
  },
})

type Notation = 'string' | 'unix' | 'Date' | 'Time' | 'Timestamp'

interface Reading {
  readonly schema: ConnectSchema
  readonly read: (value: unknown) => Date
  readonly write: (date: Date) => unknown
}

/** How many of a unit make a millisecond; seconds are the other way round. */
const perMs = {
  nanoseconds: 1_000_000n,
  microseconds: 1000n,
  milliseconds: 1n,
  seconds: 0n,
} as const

function notationsFor(
  format: DateFormat | undefined,
  precision: keyof typeof perMs,
): Readonly<Record<Notation, Reading>> {
  const factor = perMs[precision]
  return {
    string: {
      schema: { type: 'string', optional: false },
      read: (value) => readText(format, value),
      write: (date) => format?.format(date),
    },
    unix: {
      schema: { type: 'int64', optional: false },
      read: (value) => {
        const count = wholeNumber(value)
        return timestampFrom(factor === 0n ? count * 1000n : count / factor)
      },
      write: (date) => {
        const ms = BigInt(date.getTime())
        return factor === 0n ? ms / 1000n : ms * factor
      },
    },
    Date: {
      schema: logicalSchemas.date,
      read: readDate,
      write: (date) => new Date(date.getTime() - msOfDay(date)),
    },
    Time: {
      schema: logicalSchemas.time,
      read: readDate,
      write: (date) => new Date(msOfDay(date)),
    },
    Timestamp: { schema: logicalSchemas.timestamp, read: readDate, write: (date) => date },
  }
}

function msOfDay(date: Date): number {
  return ((date.getTime() % dayMs) + dayMs) % dayMs
}

function readText(format: DateFormat | undefined, value: unknown): Date {
  if (typeof value !== 'string') {
    throw new DataError(`Expected string timestamp to be a String, but found ${describe(value)}`)
  }
  if (format === undefined) {
    throw new DataError('TimestampConverter requires format option to be specified for texts')
  }
  const date = format.parse(value)
  if (date !== undefined) return date
  throw new DataError(
    `Could not parse timestamp: value (${value}) does not match pattern (${format.pattern})`,
  )
}

function wholeNumber(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  throw new DataError(`Expected Unix timestamp to be a Long, but found ${describe(value)}`)
}

function readDate(value: unknown): Date {
  if (value instanceof Date) return value
  throw new DataError(`Expected a date, but found ${describe(value)}`)
}

function notationOfSchema(schema: ConnectSchema): Notation {
  const type = logicalTypeOf(schema)
  if (type === 'timestamp') return 'Timestamp'
  if (type === 'date') return 'Date'
  if (type === 'time') return 'Time'
  if (schema.type === 'string') return 'string'
  if (schema.type === 'int64') return 'unix'
  const named = schema.name === undefined ? '' : `${schema.name}:`
  throw new DataError(
    `Schema Schema{${named}${schema.type.toUpperCase()}} does not correspond to a known timestamp type format`,
  )
}

function notationOfValue(value: unknown): Notation {
  if (value == null || value instanceof Date) return 'Timestamp'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'unix'
  throw new DataError(
    `TimestampConverter does not support ${describe(value)} objects as timestamps`,
  )
}
