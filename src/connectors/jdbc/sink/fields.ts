import {
  BadRecordError,
  type ConnectSchema,
  type SinkRecord,
  type Struct,
} from '../../../connect/kit/index.ts'
import { jdbcError } from '../errors.ts'
import type { SinkSettings } from './settings.ts'

/** What a column is filled from. */
export interface SinkField {
  readonly name: string
  readonly schema: ConnectSchema
  readonly isKey: boolean
  readonly read: (record: SinkRecord) => unknown
}

/** The fields of records of one pair of schemas. */
export interface SinkFields {
  /** In the order in which a new table has its columns. */
  readonly all: readonly SinkField[]
  readonly keys: readonly SinkField[]
  readonly others: readonly SinkField[]
}

const kafkaKeyNames = ['__connect_topic', '__connect_partition', '__connect_offset'] as const

type FieldSettings = Pick<
  SinkSettings,
  'pkMode' | 'pkFields' | 'fieldsWhitelist' | 'stringColumn' | 'replaceNullWithDefault'
>

/**
 * Which columns records of these schemas fill. The order is Kafka Connect's: its own key columns,
 * then the value's fields as they stand, then by name what only the key has.
 */
export function fieldsOf(
  keySchema: ConnectSchema | null,
  valueSchema: ConnectSchema | null,
  settings: FieldSettings,
): SinkFields {
  const keys = keyFields[settings.pkMode](keySchema, valueSchema, settings)
  const others = valueFields(valueSchema, settings).filter(
    ({ name }) => !keys.some((key) => key.name === name),
  )
  return { all: inTableOrder([...keys, ...others], valueSchema), keys, others }
}

function inTableOrder(
  fields: readonly SinkField[],
  valueSchema: ConnectSchema | null,
): readonly SinkField[] {
  const places: readonly string[] = [
    ...kafkaKeyNames,
    ...(valueSchema?.fields ?? []).map(({ name }) => name),
  ]
  const place = (name: string) => (places.includes(name) ? places.indexOf(name) : places.length)
  return fields.toSorted(
    (one, other) => place(one.name) - place(other.name) || compare(one.name, other.name),
  )
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}

type KeyFields = (
  keySchema: ConnectSchema | null,
  valueSchema: ConnectSchema | null,
  settings: FieldSettings,
) => readonly SinkField[]

const keyFields: Readonly<Record<SinkSettings['pkMode'], KeyFields>> = {
  none: () => [],
  kafka: (_key, _value, { pkFields }) => kafkaFields(pkFields),
  record_key: (keySchema, _value, { pkFields }) => recordKeyFields(keySchema, pkFields),
  record_value: (_key, valueSchema, { pkFields }) => {
    if (valueSchema?.type !== 'struct') {
      throw new BadRecordError(
        'pk.mode=record_value needs a value with fields: choose another pk.mode, or a converter that knows fields.',
      )
    }
    return structFields(valueSchema, pkFields, 'value', (record) => record.value, true)
  },
}

/** Where the record was read, so that records of two topics never share a key. */
function kafkaFields(pkFields: readonly string[]): readonly SinkField[] {
  if (pkFields.length !== 0 && pkFields.length !== 3) {
    const why = 'kafka takes three names (topic, partition, offset), or none for the usual ones.'
    throw jdbcError('key-fields-invalid', { why })
  }
  const [topic, partition, offset] = pkFields.length === 3 ? pkFields : kafkaKeyNames
  return [
    { ...key(topic, 'string'), read: ({ origin }) => origin.topic },
    { ...key(partition, 'int32'), read: ({ origin }) => origin.partition },
    { ...key(offset, 'int64'), read: ({ origin }) => origin.offset },
  ]
}

function key(name = '', type: ConnectSchema['type']) {
  return { name, schema: { type, optional: false }, isKey: true }
}

function recordKeyFields(
  keySchema: ConnectSchema | null,
  pkFields: readonly string[],
): readonly SinkField[] {
  if (keySchema === null) throw unfit('a key with a schema')
  if (keySchema.type === 'struct') {
    return structFields(keySchema, pkFields, 'key', (record) => record.key, true)
  }
  if (keySchema.type === 'array' || keySchema.type === 'map') throw unfit('a plain key or a struct')
  const [name, ...more] = pkFields
  if (name === undefined || more.length > 0) {
    const why = `the key is a plain ${keySchema.type}, so name the one column that it goes to.`
    throw jdbcError('key-fields-invalid', { why })
  }
  return [{ name, schema: keySchema, isKey: true, read: (record) => record.key }]
}

function unfit(needed: string): BadRecordError {
  return new BadRecordError(`pk.mode=record_key needs ${needed}, and the record has none.`)
}

function structFields(
  schema: ConnectSchema,
  wanted: readonly string[],
  part: 'key' | 'value',
  read: (record: SinkRecord) => unknown,
  withDefaults: boolean,
): readonly SinkField[] {
  const fields = schema.fields ?? []
  const names = wanted.length === 0 ? fields.map(({ name }) => name) : wanted
  return names.map((name) => {
    const field = fields.find((one) => one.name === name)
    if (field === undefined) {
      throw new BadRecordError(
        `The record's ${part} has no field '${name}', which pk.fields names.`,
      )
    }
    return {
      ...{ name, schema: field.schema, isKey: true },
      read: fieldReader(name, field.schema, read, withDefaults),
    }
  })
}

function valueFields(schema: ConnectSchema | null, settings: FieldSettings): readonly SinkField[] {
  if (schema === null) return []
  const read = (record: SinkRecord) => record.value
  if (schema.type === 'string') {
    const optional: ConnectSchema = { type: 'string', optional: true }
    return [{ name: settings.stringColumn, schema: optional, isKey: false, read }]
  }
  const { fieldsWhitelist: wanted, replaceNullWithDefault } = settings
  return (schema.fields ?? [])
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    .map(({ name, schema: field }) => ({
      ...{ name, schema: field, isKey: false },
      read: fieldReader(name, field, read, replaceNullWithDefault),
    }))
}

function fieldReader(
  name: string,
  schema: ConnectSchema,
  read: (record: SinkRecord) => unknown,
  withDefault: boolean,
): (record: SinkRecord) => unknown {
  const fallback = schema.default
  if (!withDefault || fallback === undefined || fallback === null) {
    return (record) => (read(record) as Struct)[name]
  }
  return (record) => (read(record) as Struct)[name] ?? fallback
}
