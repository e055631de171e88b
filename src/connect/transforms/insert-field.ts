import { setOwn } from '../../base/own-property.ts'
import type { ConnectField, ConnectSchema } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import type { ConnectRecord, SinkRecord } from '../kit/record.ts'
import { fieldValue } from '../values/fields.ts'
import { logicalSchemas } from '../values/logical.ts'
import {
  basicsOf,
  oncePerSchema,
  replaceNullWithDefault,
  requireMap,
  requireStruct,
  structSchema,
} from './parts.ts'
import { onSide, transform } from './transform.ts'

const purpose = 'field insertion'

const optionality = 'A ! behind the name makes it required, a ? (or nothing) optional.'

function fieldName(what: string) {
  return {
    type: 'string',
    default: null,
    importance: 'medium',
    about: `The field for ${what}. ${optionality}`,
  } as const
}

export const insertField = transform({
  name: 'InsertField',
  sided: true,
  about:
    "Adds fields with the record's topic, partition, offset or timestamp, or with a fixed text.",
  options: {
    'topic.field': fieldName('the topic'),
    'partition.field': fieldName('the partition'),
    'offset.field': fieldName('the offset, of sinks only'),
    'timestamp.field': fieldName("the record's timestamp"),
    'static.field': fieldName('a fixed text'),
    'static.value': {
      type: 'string',
      isFreeText: true,
      default: null,
      importance: 'medium',
      about: 'The fixed text.',
    },
    ...replaceNullWithDefault,
  },
  check: (values) => {
    const named = facts.some(({ option }) => values[option] !== undefined)
    if (!named) return 'No field insertion configured'
    return values['static.field'] !== undefined && values['static.value'] === undefined
      ? 'No value specified for static field: set static.value'
      : undefined
  },
  open(values, side) {
    const withDefault = values['replace.null.with.default']
    const insertions = facts.flatMap((fact) => {
      const spec = values[fact.option]
      return spec === undefined ? [] : [{ ...fact, ...parsed(spec) }]
    })
    const schemaWith = oncePerSchema((schema) =>
      structSchema(basicsOf(schema), [
        ...(schema.fields ?? []),
        ...insertions.map(
          ({ name, optional, schema: inserted }): ConnectField => ({
            name,
            schema: { ...inserted, optional },
          }),
        ),
      ]),
    )
    return onSide(side, (datum, record) => {
      const { schema, value } = datum
      if (value === null) return datum
      const larger: Record<string, unknown> = {}
      if (schema === null) {
        for (const [name, one] of Object.entries(requireMap(value, purpose)))
          setOwn(larger, name, one)
      } else {
        const struct = requireStruct(value, purpose)
        for (const field of schema.fields ?? []) {
          setOwn(larger, field.name, fieldValue(struct, field, withDefault))
        }
      }
      for (const { name, of, withoutSchema } of insertions) {
        const inserted = of(record, values['static.value'])
        if (inserted === undefined) continue
        setOwn(larger, name, schema === null ? withoutSchema(inserted) : inserted)
      }
      return { schema: schema === null ? null : schemaWith(schema), value: larger }
    })
  },
})

interface Fact {
  readonly option:
    | 'topic.field'
    | 'partition.field'
    | 'offset.field'
    | 'timestamp.field'
    | 'static.field'
  readonly schema: ConnectSchema
  /** Undefined where the record has none: then no field is set. */
  readonly of: (record: ConnectRecord, fixed: string | undefined) => unknown
  /** As a map without a schema carries it. */
  readonly withoutSchema: (value: unknown) => unknown
}

const facts: readonly Fact[] = [
  {
    option: 'topic.field',
    schema: { type: 'string', optional: false },
    of: ({ topic }) => topic,
    withoutSchema: asItIs,
  },
  {
    option: 'partition.field',
    schema: { type: 'int32', optional: false },
    of: ({ partition }) => partition,
    withoutSchema: asItIs,
  },
  {
    option: 'offset.field',
    schema: { type: 'int64', optional: false },
    of: offsetOf,
    withoutSchema: Number,
  },
  {
    option: 'timestamp.field',
    schema: logicalSchemas.timestamp,
    of: ({ timestamp }) => (timestamp === undefined ? undefined : new Date(timestamp)),
    withoutSchema: Number,
  },
  {
    option: 'static.field',
    schema: { type: 'string', optional: false },
    of: (_, fixed) => fixed,
    withoutSchema: asItIs,
  },
]

function asItIs(value: unknown): unknown {
  return value
}

function offsetOf(record: ConnectRecord): bigint {
  if ('origin' in record) return (record as SinkRecord).origin.offset
  throw new DataError(`Only SinkRecord supported for [${purpose}], found: a record of a source`)
}

function parsed(spec: string): { readonly name: string; readonly optional: boolean } {
  const marked = spec.endsWith('?') || spec.endsWith('!')
  return { name: marked ? spec.slice(0, -1) : spec, optional: !spec.endsWith('!') }
}
