import type { ConnectSchema, SourceProgress, SourceRecord } from '../../../connect/kit/index.ts'
import type { TableShape } from '../dialects/log.ts'
import type { Row } from '../session.ts'
import { type SourceField, sourceField } from '../source/fields.ts'
import type { RowSettings } from '../source/settings.ts'

/** Makes records of the rows of a table as it is at a time. */
export class RowRecords {
  readonly #topic: string
  readonly #fields: readonly SourceField[]
  readonly #keyFields: readonly (readonly [place: number, field: SourceField])[]
  readonly #valueSchema: ConnectSchema
  readonly #keySchema: ConnectSchema | null

  constructor({ table, columns, keys }: TableShape, settings: RowSettings) {
    this.#topic = settings.topicPrefix + table.name
    const fields = columns.map((column) => sourceField(column, settings))
    this.#fields = fields
    this.#keyFields = keys.map((place) => [place, fields[place] as SourceField])
    this.#valueSchema = structOf(table.name, fields)
    const keyFields = this.#keyFields.map(([, field]) => field)
    this.#keySchema = keys.length === 0 ? null : structOf(`${table.name}.Key`, keyFields)
  }

  /** Without a key, nobody could tell which row is gone. */
  get hasKey(): boolean {
    return this.#keySchema !== null
  }

  row(row: Row, progress: SourceProgress): SourceRecord {
    const value = structValue(this.#fields.entries(), row)
    return { ...this.#record(row, progress), value, valueSchema: this.#valueSchema }
  }

  /** The last that is known of a row that is no more. */
  deleted(row: Row, progress: SourceProgress): SourceRecord {
    const header = { key: '__deleted', schema: textSchema, value: 'true' }
    return { ...this.row(row, progress), headers: [header] }
  }

  tombstone(row: Row, progress: SourceProgress): SourceRecord {
    return { ...this.#record(row, progress), value: null, valueSchema: null }
  }

  /** The key's values as one text, to be compared. */
  keyText(row: Row): string {
    return JSON.stringify(this.#keyFields.map(([place]) => row[place]))
  }

  #record(row: Row, progress: SourceProgress) {
    const { sourcePartition, sourceOffset } = progress
    return {
      ...{ topic: this.#topic, partition: undefined, headers: [], timestamp: undefined },
      key: this.#keySchema === null ? null : structValue(this.#keyFields, row),
      keySchema: this.#keySchema,
      ...{ sourcePartition, sourceOffset },
    }
  }
}

const textSchema: ConnectSchema = { type: 'string', optional: false }

function structOf(name: string, fields: readonly SourceField[]): ConnectSchema {
  return {
    ...{ type: 'struct', optional: false, name },
    fields: fields.map(({ name: field, schema }) => ({ name: field, schema })),
  }
}

function structValue(
  fields: Iterable<readonly [place: number, field: SourceField]>,
  row: Row,
): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [place, { name, read }] of fields) {
    const given = row[place]
    value[name] = given === null || given === undefined ? null : read(given)
  }
  return value
}
