import {
  BadRecordError,
  type ConnectType,
  logical,
  scaleParameter,
} from '../../../../connect/kit/index.ts'
import type { SinkField } from '../../sink/fields.ts'
import { unwritable, type ValueText, type ZoneSettings } from '../../values/texts.ts'
import type { Dialect, Encode } from '../dialect.ts'
import { describeMysqlTable } from './describe.ts'
import { faultOfMysql } from './faults.ts'
import { mysqlLog } from './log/dialect.ts'
import { mysqlPositions } from './positions.ts'
import { connectMysql } from './session.ts'
import { mysqlSource } from './source.ts'
import { mysqlWrites } from './writes.ts'

/** MySQL and MariaDB. */
export const mysql: Dialect = {
  system: 'mysql',
  mark: '`',
  connect: connectMysql,
  faultOf: faultOfMysql,
  describe: describeMysqlTable,
  columnType,
  literal: (text, value) => {
    const literal = encoder(text)(value)
    // A TEXT takes an expression as its default, and no literal.
    return text.form === 'text' ? `(${literal})` : literal
  },
  encoder,
  writes: mysqlWrites,
  positions: mysqlPositions,
  source: mysqlSource,
  log: mysqlLog,
}

const plainTypes: Readonly<Partial<Record<ConnectType, string>>> = {
  int8: 'TINYINT',
  int16: 'SMALLINT',
  int32: 'INT',
  int64: 'BIGINT',
  float32: 'FLOAT',
  float64: 'DOUBLE',
  boolean: 'TINYINT',
  string: 'TEXT',
  bytes: 'VARBINARY(1024)',
}

const logicalTypes: Readonly<Record<string, string>> = {
  [logical.date]: 'DATE',
  [logical.time]: 'TIME(3)',
  [logical.timestamp]: 'DATETIME(3)',
}

/**
 * Kafka Connect's types, but for texts in a key: MySQL takes no TEXT there, and the usual order of
 * letters would make one row of `a` and `A`.
 */
const keyText = 'VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

function columnType({ name, schema, isKey }: SinkField, settings: ZoneSettings): string {
  if (schema.name === logical.decimal)
    return `DECIMAL(65,${schema.parameters?.[scaleParameter] ?? 0})`
  const logicalType = logicalTypes[schema.name ?? '']
  if (logicalType !== undefined) return logicalType
  const counts = schema.type === 'int64' || schema.type === 'string'
  if (counts && settings.timestampFields.has(name)) return 'DATETIME(6)'
  if (schema.type === 'string' && isKey) return keyText
  const type = plainTypes[schema.type]
  if (type === undefined) throw unwritable(name, schema)
  return type
}

function encoder(text: ValueText): Encode {
  switch (text.form) {
    case 'number':
      return text.text
    case 'float':
      return (value) => finite(text.text(value))
    case 'boolean':
      return (value) => (text.text(value) === 'true' ? '1' : '0')
    case 'text':
      return (value) => quoted(text.text(value))
    case 'bytes':
      return (value) => `x'${text.bytes(value).toString('hex')}'`
    case 'list':
      throw new BadRecordError(
        'MySQL has no lists: flatten the field by a transform, or leave it out by fields.whitelist.',
      )
  }
}

function finite(number: string): string {
  if (!number.endsWith('y') && number !== 'NaN') return number
  throw new BadRecordError(`MySQL cannot hold the number ${number}.`)
}

const special = /['\\\0]/
const everySpecial = /['\\\0]/g
const escapes: Readonly<Record<string, string>> = { "'": "''", '\\': '\\\\', '\0': '\\0' }

function quoted(text: string): string {
  if (!special.test(text)) return `'${text}'`
  return `'${text.replace(everySpecial, (letter) => escapes[letter] ?? letter)}'`
}
