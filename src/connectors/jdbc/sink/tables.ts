import type { Column, Dialect, TableDefinition } from '../dialects/dialect.ts'
import type { Names } from '../table-name.ts'
import { valueTextOf, type ZoneSettings } from '../values/texts.ts'
import type { SinkField } from './fields.ts'

/** The statement that makes a table for these fields, as Kafka Connect writes it. */
export function createTable(
  dialect: Dialect,
  names: Names,
  table: string,
  fields: readonly SinkField[],
  settings: ZoneSettings,
): string {
  const columns = fields
    .map((field) => `\n${columnText(dialect, names, field, settings)}`)
    .join(',')
  const keys = fields.filter(({ isKey }) => isKey).map(({ name }) => names.column(name))
  const key = keys.length === 0 ? '' : `,\nPRIMARY KEY(${keys.join(',')})`
  return `CREATE TABLE ${table} (${columns}${key})`
}

/** The statement that adds columns for these fields. */
export function addColumns(
  dialect: Dialect,
  names: Names,
  table: string,
  fields: readonly SinkField[],
  settings: ZoneSettings,
): string {
  const start = fields.length > 1 ? '\nADD ' : 'ADD '
  const columns = fields.map((field) => start + columnText(dialect, names, field, settings))
  return `ALTER TABLE ${table} ${columns.join(',')}`
}

function columnText(
  dialect: Dialect,
  names: Names,
  field: SinkField,
  settings: ZoneSettings,
): string {
  const column = `${names.column(field.name)} ${dialect.columnType(field, settings)}`
  const fallback = field.schema.default
  if (fallback !== undefined && fallback !== null) {
    const text = valueTextOf(field.name, field.schema, settings, settings.times)
    return `${column} DEFAULT ${dialect.literal(text, fallback)}`
  }
  return `${column} ${field.schema.optional && !field.isKey ? 'NULL' : 'NOT NULL'}`
}

/** The column that a field goes to: by its name, or else by it in other letters if just one fits. */
export function columnOf(field: SinkField, table: TableDefinition): Column | undefined {
  const exact = table.columns.find(({ name }) => name === field.name)
  if (exact !== undefined) return exact
  const lower = field.name.toLowerCase()
  const alike = table.columns.filter(({ name }) => name.toLowerCase() === lower)
  return alike.length === 1 ? alike[0] : undefined
}

/** Whether a column for this field may be added to a table that has rows. */
export function isAddable({ schema, isKey }: SinkField): boolean {
  const hasDefault = schema.default !== undefined && schema.default !== null
  return (schema.optional && !isKey) || hasDefault
}
