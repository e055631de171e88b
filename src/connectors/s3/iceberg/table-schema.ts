/** Connect's schemas as Iceberg's: columns have numbers, which they keep whatever comes. */
import { type ConnectSchema, logical, scaleParameter } from '../../../connect/kit/index.ts'

export interface TableSchema {
  readonly type: 'struct'
  readonly 'schema-id': number
  readonly fields: readonly Column[]
}

interface Column {
  readonly id: number
  readonly name: string
  readonly required: boolean
  readonly type: ColumnType
}

type ColumnType = string | StructType | ListType | MapType

interface StructType {
  readonly type: 'struct'
  readonly fields: readonly Column[]
}

interface ListType {
  readonly type: 'list'
  readonly 'element-id': number
  readonly 'element-required': boolean
  readonly element: ColumnType
}

interface MapType {
  readonly type: 'map'
  readonly 'key-id': number
  readonly key: ColumnType
  readonly 'value-id': number
  readonly 'value-required': boolean
  readonly value: ColumnType
}

/** Gives numbers to columns that have none yet. */
class Numbers {
  last: number

  constructor(last: number) {
    this.last = last
  }

  next(): number {
    this.last += 1
    return this.last
  }
}

export interface Grown {
  readonly fields: readonly Column[]
  readonly lastColumnId: number
}

/**
 * The columns of a table with those that the schema adds; nothing goes. Each may be empty, since files
 * from before or after may lack it. Throws where a column would have two types.
 */
export function grown(columns: readonly Column[], schema: ConnectSchema, last: number): Grown {
  const numbers = new Numbers(last)
  const fields = grownFields(columns, schema, numbers, '')
  return { fields, lastColumnId: numbers.last }
}

/** Readers find columns by their names, since the files do not have the numbers. */
export function nameMapping(columns: readonly Column[]): object[] {
  return columns.map(({ id, name, type }) => ({ 'field-id': id, names: [name], ...inside(type) }))
}

function inside(type: ColumnType): object {
  if (typeof type === 'string') return {}
  if (type.type === 'struct') return { fields: nameMapping(type.fields) }
  if (type.type === 'list')
    return { fields: nameMapping([part('element', type['element-id'], type.element)]) }
  return {
    fields: nameMapping([
      part('key', type['key-id'], type.key),
      part('value', type['value-id'], type.value),
    ]),
  }
}

function part(name: string, id: number, type: ColumnType): Column {
  return { id, name, required: false, type }
}

function grownFields(
  columns: readonly Column[],
  schema: ConnectSchema,
  numbers: Numbers,
  at: string,
): Column[] {
  const given = new Map((schema.fields ?? []).map((field) => [field.name, field.schema]))
  const kept = columns.map((column) => {
    const own = given.get(column.name)
    given.delete(column.name)
    if (own === undefined) return column
    return { ...column, type: typeOf(own, numbers, `${at}${column.name}`, column.type) }
  })
  const added = [...given].map(([name, own]) => ({
    ...{ id: numbers.next(), name, required: false },
    type: typeOf(own, numbers, `${at}${name}`, undefined),
  }))
  return [...kept, ...added]
}

/** Of a column that may be there already with another type. */
function typeOf(
  schema: ConnectSchema,
  numbers: Numbers,
  at: string,
  before: ColumnType | undefined,
): ColumnType {
  const old = typeof before === 'object' ? before : undefined
  if (schema.type === 'struct' && (before === undefined || old?.type === 'struct')) {
    const fields = old?.type === 'struct' ? old.fields : []
    return { type: 'struct', fields: grownFields(fields, schema, numbers, `${at}.`) }
  }
  if (schema.type === 'array' && (before === undefined || old?.type === 'list')) {
    const list = old?.type === 'list' ? old : undefined
    const id = list?.['element-id'] ?? numbers.next()
    const element = typeOf(inner(schema.values), numbers, `${at}.element`, list?.element)
    return { type: 'list', 'element-id': id, 'element-required': false, element }
  }
  if (schema.type === 'map' && (before === undefined || old?.type === 'map')) {
    const map = old?.type === 'map' ? old : undefined
    const ids = {
      'key-id': map?.['key-id'] ?? numbers.next(),
      'value-id': map?.['value-id'] ?? numbers.next(),
    }
    const key = typeOf(inner(schema.keys), numbers, `${at}.key`, map?.key)
    const value = typeOf(inner(schema.values), numbers, `${at}.value`, map?.value)
    return { type: 'map', ...ids, key, 'value-required': false, value }
  }
  const wanted = plainType(schema, at)
  if (before === undefined || before === wanted) return wanted
  if (`${before}` === widened[wanted]) return before
  if (widened[`${before}`] === wanted) return wanted
  throw new Error(
    `The column '${at}' of the table is ${typeof before === 'string' ? before : before.type} and cannot become ${wanted}; rename the field, or give the topic another 'topics.dir'`,
  )
}

/** What Iceberg lets a column become, and reads from older files as well. */
const widened: Readonly<Record<string, string>> = { int: 'long', float: 'double' }

const plain: Readonly<Record<string, string>> = {
  ...{ int8: 'int', int16: 'int', int32: 'int', int64: 'long', float32: 'float' },
  ...{ float64: 'double', boolean: 'boolean', string: 'string', bytes: 'binary' },
}

function plainType({ name, type, parameters }: ConnectSchema, at: string): string {
  switch (name) {
    case logical.timestamp:
      return 'timestamptz'
    case logical.date:
      return 'date'
    case logical.decimal:
      return `decimal(38, ${Number(parameters?.[scaleParameter] ?? 0)})`
    case logical.time:
      throw new Error(
        `The field '${at}' is a time of day in milliseconds, which Iceberg does not have; convert it, such as by TimestampConverter`,
      )
    default:
      return plain[type] ?? type
  }
}

function inner(schema: ConnectSchema | undefined): ConnectSchema {
  if (schema !== undefined) return schema
  throw new Error('The schema of a list or a map does not say what is in it')
}
