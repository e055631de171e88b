import type { Logger } from '../../../base/logger.ts'
import { BadRecordError, type SinkRecord } from '../../../connect/kit/index.ts'
import type { Column, Dialect, TableDefinition, Writes } from '../dialects/dialect.ts'
import { jdbcError } from '../errors.ts'
import type { Session } from '../session.ts'
import { type Names, namesQuotedBy, parseTableName, type TableName } from '../table-name.ts'
import { valueTextOf } from '../values/texts.ts'
import { utc } from '../values/zone.ts'
import { fieldsOf, type SinkField, type SinkFields } from './fields.ts'
import type { Run } from './runs.ts'
import { schemaText } from './same-schema.ts'
import type { SinkSettings } from './settings.ts'
import { addColumns, columnOf, createTable, isAddable } from './tables.ts'

/** How records of one pair of schemas are written to one table. */
export interface TablePlan {
  readonly writes: Writes
  readonly keys: readonly RecordText[]
  readonly columns: readonly RecordText[]
}

/** A record's value for one column, as it stands in a statement. */
export type RecordText = (record: SinkRecord) => string

const mostPlans = 1000
const mostAttempts = 5

/** Makes tables and columns where they may be made, and knows how to write to them. */
export class TablePlans {
  readonly #dialect: Dialect
  readonly #settings: SinkSettings
  readonly #logger: Logger
  readonly #names: Names
  readonly #definitions = new Map<string, TableDefinition>()
  readonly #plans = new Map<string, TablePlan>()

  constructor(dialect: Dialect, settings: SinkSettings, logger: Logger) {
    this.#dialect = dialect
    this.#settings = settings
    this.#logger = logger
    this.#names = namesQuotedBy(dialect.mark, settings.quoted)
  }

  /** Undefined where there is nothing to write to, and nothing to write: rows of no table are deleted. */
  async planOf(run: Run, session: Session): Promise<TablePlan | undefined> {
    const id = `${run.topic}\n${schemaText(run.keySchema)}\n${schemaText(run.valueSchema)}`
    const known = this.#plans.get(id)
    if (known !== undefined) return known
    const table = this.#tableOf(run.topic)
    const fields = fieldsOf(run.keySchema, run.valueSchema, this.#settings)
    const definition = await this.#definitionFor(table, fields, run, session)
    if (definition === undefined) return undefined
    const plan = this.#planFor(this.#names.table(table), fields, definition)
    if (this.#plans.size >= mostPlans) this.#plans.clear()
    this.#plans.set(id, plan)
    return plan
  }

  /** The tables are not as they were. */
  forget(): void {
    this.#definitions.clear()
    this.#plans.clear()
  }

  #tableOf(topic: string): TableName {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder of Kafka Connect.
    const text = this.#settings.tableNameFormat.replaceAll('${topic}', () => topic)
    const table = parseTableName(text, this.#dialect.mark)
    if (table === undefined) throw jdbcError('table-name-invalid', { text, topic })
    return table
  }

  async #definitionFor(
    table: TableName,
    fields: SinkFields,
    run: Run,
    session: Session,
  ): Promise<TableDefinition | undefined> {
    const text = this.#names.table(table)
    let definition = this.#definitions.get(text)
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      definition ??= await this.#dialect.describe(session, table, this.#names)
      if (definition === undefined && run.valueSchema === null) return undefined
      const change = this.#changeFor(text, fields, definition)
      if (change === undefined) break
      await this.#changeTable(session, change)
      definition = undefined
    }
    if (definition === undefined) throw jdbcError('table-missing', { table: text })
    if (this.#definitions.size >= mostPlans) this.#definitions.clear()
    this.#definitions.set(text, definition)
    return definition
  }

  /** The statement that lets the fields fit in, if one is needed. */
  #changeFor(
    text: string,
    fields: SinkFields,
    definition: TableDefinition | undefined,
  ): string | undefined {
    const { autoCreate, autoEvolve, views, exactlyOnce, zones } = this.#settings
    if (definition === undefined) {
      if (!autoCreate) throw jdbcError('table-missing', { table: text })
      return createTable(this.#dialect, this.#names, text, fields.all, zones)
    }
    if (definition.isView && !views) throw jdbcError('view-unexpected', { table: text })
    if (exactlyOnce && !definition.transactional) {
      throw jdbcError('engine-without-transactions', { table: text })
    }
    const missing = fields.all.filter((field) => columnOf(field, definition) === undefined)
    if (missing.length === 0) return undefined
    const what = `Table ${text} has no column for ${missing.map(({ name }) => `'${name}'`).join(', ')}`
    const fixed = missing.filter((field) => !isAddable(field))
    if (!autoEvolve) {
      throw new BadRecordError(`${what}, and auto.evolve is false: add it, or set auto.evolve.`)
    }
    if (definition.isView) throw new BadRecordError(`${what}, and it is a view: change the view.`)
    if (fixed.length > 0) {
      throw new BadRecordError(
        `${what}, and it cannot be added because rows that are there have no value for it: make the field optional, give it a default, or add the column yourself.`,
      )
    }
    return addColumns(this.#dialect, this.#names, text, missing, zones)
  }

  async #changeTable(session: Session, sql: string): Promise<void> {
    try {
      await session.run({ sql })
      this.#logger.info('changed a table', { sql })
    } catch (error) {
      const { kind, code, words } = this.#dialect.faultOf(error)
      // Another task was faster; what it made is looked at next.
      if (kind === 'exists') return
      if (kind === 'gone') throw error
      const cure = 'Make the table yourself, or let the user do so.'
      throw jdbcError('statement-refused', { doing: sql, why: `${code}: ${words}`, cure })
    }
  }

  #planFor(table: string, fields: SinkFields, definition: TableDefinition): TablePlan {
    const bound = (field: SinkField) => this.#bound(field, definition)
    const keys = fields.keys.map(bound)
    const others = fields.others.map(bound)
    const text = ({ text }: Bound) => text
    return {
      writes: this.#dialect.writes({ table, keys, others }),
      keys: keys.map(text),
      columns: [...keys, ...others].map(text),
    }
  }

  #bound(field: SinkField, definition: TableDefinition): Bound {
    const column = columnOf(field, definition) as Column
    const { zones } = this.#settings
    const times = column.isInstant ? utc : zones.times
    const text = valueTextOf(field.name, field.schema, zones, times)
    const encode = this.#dialect.encoder(text)
    const { read } = field
    return {
      name: this.#names.column(column.name),
      type: column.type,
      text: (record) => {
        const value = read(record)
        return value === null || value === undefined ? 'NULL' : encode(value)
      },
    }
  }
}

interface Bound {
  readonly name: string
  readonly type: string
  readonly text: RecordText
}
