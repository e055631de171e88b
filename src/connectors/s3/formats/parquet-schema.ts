/** Connect's schemas as Parquet's, and its values as the writer takes them. */
import type { SchemaElement } from 'hyparquet'
import {
  BadRecordError,
  type ConnectField,
  type ConnectSchema,
  type Decimal,
  isDecimal,
  logical,
  scaleParameter,
} from '../../../connect/kit/index.ts'

export interface ParquetColumns {
  /** The tree, flattened from its root on. */
  readonly elements: readonly SchemaElement[]
  readonly fields: readonly { readonly name: string; readonly read: Read }[]
}

type Read = (value: unknown) => unknown

interface Node {
  readonly elements: readonly SchemaElement[]
  readonly read: Read
}

/** Deeper schemas, and those that contain themselves, are refused. */
const deepest = 50
/** Parquet's decimals of 16 bytes: as many digits as its readers take. */
const mostDigits = 38

export function parquetColumns(schema: ConnectSchema): ParquetColumns {
  const fields = schema.fields ?? []
  if (fields.length === 0) throw new BadRecordError('Parquet has no structs without fields')
  const nodes = fields.map(({ name, schema: field }) => ({ name, ...nodeOf(name, field, 1) }))
  return {
    elements: [
      { name: 'connect', num_children: fields.length },
      ...nodes.flatMap(({ elements }) => elements),
    ],
    fields: nodes,
  }
}

function nodeOf(name: string, schema: ConnectSchema, depth: number): Node {
  if (depth > deepest) {
    throw new BadRecordError(`The schema is deeper than ${deepest} levels, which Parquet cannot be`)
  }
  const place = { name, repetition_type: schema.optional ? 'OPTIONAL' : 'REQUIRED' } as const
  const byDefault = schema.default ?? null
  const { elements, read } = presentNode(place, schema, depth)
  return { elements, read: (value) => (value === null ? filled(byDefault, read) : read(value)) }
}

function filled(byDefault: unknown, read: Read): unknown {
  return byDefault === null ? null : read(byDefault)
}

type Place = Pick<SchemaElement, 'name' | 'repetition_type'>

function presentNode(place: Place, schema: ConnectSchema, depth: number): Node {
  const leaf = logicalLeaf(place, schema)
  if (leaf !== undefined) return leaf
  if (schema.type === 'struct') return structNode(place, schema.fields ?? [], depth)
  if (schema.type === 'array') return listNode(place, schema, depth)
  if (schema.type === 'map') return mapNode(place, schema, depth)
  const { element, read } = plain[schema.type]
  return { elements: [{ ...place, ...element }], read: read ?? asItIs }
}

const plain: Readonly<
  Record<
    Exclude<ConnectSchema['type'], 'struct' | 'array' | 'map'>,
    { element: Omit<SchemaElement, 'name'>; read?: Read }
  >
> = {
  int8: { element: { type: 'INT32', converted_type: 'INT_8' } },
  int16: { element: { type: 'INT32', converted_type: 'INT_16' } },
  int32: { element: { type: 'INT32' } },
  int64: { element: { type: 'INT64' }, read: (value) => BigInt(value as bigint) },
  float32: { element: { type: 'FLOAT' } },
  float64: { element: { type: 'DOUBLE' } },
  boolean: { element: { type: 'BOOLEAN' } },
  string: { element: { type: 'BYTE_ARRAY', converted_type: 'UTF8' } },
  bytes: { element: { type: 'BYTE_ARRAY' } },
}

const dayMs = 86_400_000

function logicalLeaf(place: Place, schema: ConnectSchema): Node | undefined {
  switch (schema.name) {
    case logical.timestamp:
      return {
        elements: [{ ...place, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }],
        read: asItIs,
      }
    case logical.date:
      return { elements: [{ ...place, type: 'INT32', converted_type: 'DATE' }], read: asItIs }
    case logical.time:
      return {
        elements: [{ ...place, type: 'INT32', converted_type: 'TIME_MILLIS' }],
        read: (value) => (value instanceof Date ? value.getTime() % dayMs : value),
      }
    case logical.decimal:
      return decimalLeaf(place, Number(schema.parameters?.[scaleParameter] ?? 0))
    default:
      return undefined
  }
}

function decimalLeaf(place: Place, scale: number): Node {
  return {
    elements: [
      {
        ...place,
        ...{ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, converted_type: 'DECIMAL' },
        ...{ scale, precision: mostDigits },
      },
    ],
    read: (value) => (isDecimal(value) ? rescaled(value, scale) : value),
  }
}

function rescaled({ unscaled, scale }: Decimal, wanted: number): bigint {
  const exact = scale <= wanted ? unscaled * 10n ** BigInt(wanted - scale) : undefined
  if (exact !== undefined && `${exact < 0n ? -exact : exact}`.length <= mostDigits) return exact
  throw new BadRecordError(
    `A decimal of scale ${scale} does not fit into ${mostDigits} digits of scale ${wanted}`,
  )
}

function structNode(place: Place, fields: readonly ConnectField[], depth: number): Node {
  const nodes = fields.map(({ name, schema }) => ({
    name,
    ...nodeOf(name, schema, depth + 1),
  }))
  return {
    elements: [
      { ...place, num_children: nodes.length },
      ...nodes.flatMap(({ elements }) => elements),
    ],
    read: (value) => {
      const own = value as Readonly<Record<string, unknown>>
      return Object.fromEntries(nodes.map(({ name, read }) => [name, read(own[name] ?? null)]))
    },
  }
}

function listNode(place: Place, schema: ConnectSchema, depth: number): Node {
  const { elements, read } = nodeOf('element', inner(schema, 'values'), depth + 1)
  return {
    elements: [
      { ...place, converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...elements,
    ],
    read: (value) => (value as readonly unknown[]).map((one) => read(one ?? null)),
  }
}

function mapNode(place: Place, schema: ConnectSchema, depth: number): Node {
  const key = nodeOf('key', { ...inner(schema, 'keys'), optional: false }, depth + 1)
  const value = nodeOf('value', inner(schema, 'values'), depth + 1)
  return {
    elements: [
      { ...place, converted_type: 'MAP', num_children: 1 },
      { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
      ...key.elements,
      ...value.elements,
    ],
    read: (map) =>
      [...(map as ReadonlyMap<unknown, unknown>)].map(([one, other]) => ({
        key: key.read(one),
        value: value.read(other ?? null),
      })),
  }
}

function inner(schema: ConnectSchema, part: 'keys' | 'values'): ConnectSchema {
  const found = schema[part]
  if (found !== undefined) return found
  throw new BadRecordError(`The schema of a ${schema.type} does not say what its ${part} are`)
}

function asItIs(value: unknown): unknown {
  return value
}
