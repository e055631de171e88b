import type { Pgoutput } from 'pg-logical-replication'
import type { Row, Session } from '../../../session.ts'
import { namesQuotedBy } from '../../../table-name.ts'
import type { TableShape } from '../../log.ts'
import { columnTypes, resultColumn, valueOfText } from '../result-columns.ts'

type Relation = Pgoutput.MessageRelation

/** A row as pgoutput has it: a big value that was not changed is undefined. */
export type Tuple = Readonly<Record<string, string | null | undefined>>

const names = namesQuotedBy('"', true)

/** What the log says of tables, and what it leaves to be asked for. */
export class Shapes {
  readonly #session: Session
  readonly #shapes = new WeakMap<Relation, TableShape>()

  constructor(session: Session) {
    this.#session = session
  }

  async of(relation: Relation): Promise<TableShape> {
    const known = this.#shapes.get(relation)
    if (known !== undefined) return known
    const shape = await this.#ask(relation)
    this.#shapes.set(relation, shape)
    return shape
  }

  /** The log tells of columns their types; of today's table, whether they may be null. */
  async #ask({
    relationOid,
    schema,
    name,
    replicaIdentity,
    columns,
  }: Relation): Promise<TableShape> {
    const types = await columnTypes(
      this.#session,
      columns.map(({ typeOid }) => typeOid >>> 0),
    )
    const facts = await this.#session.ask({
      sql: 'SELECT a.attname, a.attnotnull, COALESCE(a.attnum = ANY(i.indkey), false) FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped',
      values: [`${relationOid >>> 0}`],
    })
    const required = new Set(facts.flatMap(([column, is]) => (is === 't' ? [column] : [])))
    const primary = new Set(facts.flatMap(([column, , is]) => (is === 't' ? [column] : [])))
    const isNamed = replicaIdentity === 'default' || replicaIdentity === 'index'
    return {
      table: { schema, name },
      columns: columns.map(({ name: column, typeOid, typeMod }) =>
        resultColumn(column, types.get(typeOid >>> 0), typeMod, {
          optional: !required.has(column),
        }),
      ),
      keys: columns.flatMap((column, place) =>
        (isNamed ? column.flags === 1 : primary.has(column.name)) ? [place] : [],
      ),
    }
  }

  /**
   * The row with the big values that the update left as they were, which the log does not repeat.
   * They are what they are today; undefined if the row is gone since, of which the log tells later.
   */
  async whole(tuple: Tuple, shape: TableShape): Promise<Row | undefined> {
    const absent = shape.columns.filter(({ name }) => tuple[name] === undefined)
    if (absent.length === 0) return rowOf(tuple, shape)
    const keys = shape.keys.map((place) => shape.columns[place]?.name ?? '')
    const listed = absent.map(({ name }) => names.column(name)).join()
    const matches = keys.map((key, at) => `${names.column(key)} = $${at + 1}`).join(' AND ')
    const [row] = await this.#session.ask({
      sql: `SELECT ${listed} FROM ${names.table(shape.table)} WHERE ${matches}`,
      values: keys.map((key) => tuple[key] ?? null),
    })
    if (row === undefined) return undefined
    const fetched = absent.map(({ name }, at) => [name, row[at] as string | null] as const)
    return rowOf({ ...tuple, ...Object.fromEntries(fetched) }, shape)
  }
}

export function rowOf(tuple: Tuple, { columns }: TableShape): Row {
  return columns.map((column) => {
    const text = tuple[column.name]
    return text === null || text === undefined ? null : valueOfText(text, column)
  })
}
