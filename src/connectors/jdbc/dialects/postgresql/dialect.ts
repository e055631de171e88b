import { type ConnectType, logical } from '../../../../connect/kit/index.ts'
import type { SinkField } from '../../sink/fields.ts'
import { unwritable, type ValueText, type ZoneSettings } from '../../values/texts.ts'
import type { Dialect, Encode } from '../dialect.ts'
import { describePostgresqlTable } from './describe.ts'
import { faultOfPostgresql } from './faults.ts'
import { postgresqlLog } from './log/dialect.ts'
import { postgresqlPositions } from './positions.ts'
import { connectPostgresql } from './session.ts'
import { postgresqlSource } from './source.ts'
import { postgresqlWrites } from './writes.ts'

export const postgresql: Dialect = {
  system: 'postgresql',
  mark: '"',
  connect: connectPostgresql,
  faultOf: faultOfPostgresql,
  describe: describePostgresqlTable,
  columnType,
  literal,
  encoder,
  writes: postgresqlWrites,
  positions: postgresqlPositions,
  source: postgresqlSource,
  log: postgresqlLog,
}

/** Kafka Connect's types. */
const plainTypes: Readonly<Partial<Record<ConnectType, string>>> = {
  int8: 'SMALLINT',
  int16: 'SMALLINT',
  int32: 'INT',
  int64: 'BIGINT',
  float32: 'REAL',
  float64: 'DOUBLE PRECISION',
  boolean: 'BOOLEAN',
  string: 'TEXT',
  bytes: 'BYTEA',
}

const logicalTypes: Readonly<Record<string, string>> = {
  [logical.decimal]: 'DECIMAL',
  [logical.date]: 'DATE',
  [logical.time]: 'TIME',
  [logical.timestamp]: 'TIMESTAMP',
}

function columnType(field: SinkField, settings: ZoneSettings): string {
  const { name, schema } = field
  const logicalType = logicalTypes[schema.name ?? '']
  if (logicalType !== undefined) return logicalType
  if (schema.type === 'array' && schema.values !== undefined) {
    return `${columnType({ ...field, schema: schema.values }, settings)}[]`
  }
  const counts = schema.type === 'int64' || schema.type === 'string'
  if (counts && settings.timestampFields.has(name)) return 'TIMESTAMP'
  const type = plainTypes[schema.type]
  if (type === undefined) throw unwritable(name, schema)
  return type
}

function literal(text: ValueText, value: unknown): string {
  switch (text.form) {
    case 'number':
      return text.text(value)
    case 'boolean':
      return text.text(value).toUpperCase()
    default:
      return `'${plain(text)(value).replaceAll("'", "''")}'`
  }
}

/** A value as an element of an array's text. */
function encoder(text: ValueText): Encode {
  switch (text.form) {
    case 'number':
    case 'float':
    case 'boolean':
      return text.text
    default: {
      const encode = plain(text)
      return (value) => element(encode(value))
    }
  }
}

/** A value as its type reads it. */
function plain(text: ValueText): Encode {
  switch (text.form) {
    case 'bytes':
      return (value) => `\\x${text.bytes(value).toString('hex')}`
    case 'list': {
      const item = encoder(text.item)
      const items = (value: unknown) => (Array.isArray(value) ? value : [value])
      return (value) =>
        `{${items(value)
          .map((one) => (one === null || one === undefined ? 'NULL' : item(one)))
          .join(',')}}`
    }
    default:
      return text.text
  }
}

const special = /["\\]/
const everySpecial = /["\\]/g

function element(text: string): string {
  return special.test(text) ? `"${text.replace(everySpecial, '\\$&')}"` : `"${text}"`
}
