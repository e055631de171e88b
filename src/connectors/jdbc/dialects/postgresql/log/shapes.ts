import type { Row, Session } from '../../../session.ts'
import { namesQuotedBy } from '../../../table-name.ts'
import type { TableShape } from '../../log.ts'
import { columnTypes, resultColumn, valueOfText } from '../result-columns.ts'
import type { Relation, Tuple } from './pgoutput.ts'

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
  async #ask({ number, schema, name, identity, columns }: Relation): Promise<TableShape> {
    const types = await columnTypes(
      this.#session,
      columns.map(({ type }) => type),
    )
    const facts = await this.#session.ask({
      sql: 'SELECT a.attname, a.attnotnull, COALESCE(a.attnum = ANY(i.indkey), false) FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped',
      values: [`${number}`],
    })
    const required = new Set(facts.flatMap(([column, is]) => (is === 't' ? [column] : [])))
    const primary = new Set(facts.flatMap(([column, , is]) => (is === 't' ? [column] : [])))
    const isNamed = identity === 'default' || identity === 'index'
    return {
      table: { schema, name },
      columns: columns.map((column) =>
        resultColumn(column.name, types.get(column.type), column.modifier, {
          optional: !required.has(column.name),
        }),
      ),
      keys: columns.flatMap((column, place) =>
        (isNamed ? column.isIdentity : primary.has(column.name)) ? [place] : [],
      ),
    }
  }

  /**
   * The row with the big values that the update left as they were, which the log does not repeat.
   * They are what they are today; undefined if the row is gone since, of which the log tells later.
   */
  async whole(tuple: Tuple, shape: TableShape): Promise<Row | undefined> {
    if (!tuple.includes(undefined)) return rowOf(tuple, shape)
    const column = (place: number) => names.column(shape.columns[place]?.name ?? '')
    const absent = [...tuple.keys()].filter((place) => tuple[place] === undefined)
    const matches = shape.keys.map((place, at) => `${column(place)} = $${at + 1}`)
    const [row] = await this.#session.ask({
      sql: `SELECT ${absent.map(column).join()} FROM ${names.table(shape.table)} WHERE ${matches.join(' AND ')}`,
      values: shape.keys.map((place) => tuple[place] ?? null),
    })
    if (row === undefined) return undefined
    const fetched = new Map(absent.map((place, at) => [place, row[at] as string | null]))
    return rowOf(
      tuple.map((text, place) => (text === undefined ? fetched.get(place) : text)),
      shape,
    )
  }
}

export function rowOf(tuple: Tuple, { columns }: TableShape): Row {
  return columns.map((column, place) => {
    const text = tuple[place]
    return text === null || text === undefined ? null : valueOfText(text, column)
  })
}
