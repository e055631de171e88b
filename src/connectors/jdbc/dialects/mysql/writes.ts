import type { Statement } from '../../session.ts'
import type { ColumnTexts, Target, TargetColumn, Write, Writes } from '../dialect.ts'

/** Beyond that, a statement of many rows gets no faster and takes more memory. */
const mostRows = 1000

/** The statements of MySQL: texts with every value in them, which is its fastest way in. */
export function mysqlWrites(target: Target): Writes {
  const { table, keys, others } = target
  const columns = [...keys, ...others]
  const names = columns.map(({ name }) => name).join(',')
  const replaced = others.length > 0 ? others : keys
  const replacements = replaced.map(({ name }) => `${name}=values(${name})`).join(',')
  return {
    insert: manyRows(`INSERT INTO ${table}(${names}) VALUES`, ''),
    upsert: manyRows(
      `insert into ${table}(${names}) values`,
      ` on duplicate key update ${replacements}`,
    ),
    update: updateOfOneRow(table, keys, others),
    delete: manyRows(`DELETE FROM ${table} WHERE ${tuple(keys)} IN (`, ')'),
  }
}

function manyRows(head: string, tail: string): Write {
  return {
    mostRows,
    statement: (columns, from, to) => ({ sql: head + rowsText(columns, from, to) + tail }),
  }
}

function rowsText(columns: readonly ColumnTexts[], from: number, to: number): string {
  let sql = ''
  for (let row = from; row < to; row++) {
    sql += row === from ? '(' : ',('
    for (let at = 0; at < columns.length; at++) {
      if (at > 0) sql += ','
      sql += columns[at]?.[row]
    }
    sql += ')'
  }
  return sql
}

/** MySQL has no update of many rows by values that would not bend their types. */
function updateOfOneRow(
  table: string,
  keys: readonly TargetColumn[],
  others: readonly TargetColumn[],
): Write {
  const statement = (columns: readonly ColumnTexts[], row: number): Statement => {
    const assignment = ({ name }: TargetColumn, at: number) => `${name} = ${columns[at]?.[row]}`
    const sets = others.map((column, at) => assignment(column, keys.length + at))
    // Where all columns are keys, a row that is there stays as it is.
    const all = sets.length > 0 ? sets : keys.map(assignment)
    return {
      sql: `UPDATE ${table} SET ${all.join(', ')} WHERE ${keys.map(assignment).join(' AND ')}`,
    }
  }
  return { mostRows: 1, statement }
}

function tuple(columns: readonly TargetColumn[]): string {
  return `(${columns.map(({ name }) => name).join(',')})`
}
