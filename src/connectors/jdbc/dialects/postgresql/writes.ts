import type { Statement } from '../../session.ts'
import type { ColumnTexts, Target, TargetColumn, Write, Writes } from '../dialect.ts'

/**
 * The statements of PostgreSQL: an array for each column, taken apart into rows by `unnest`. One plan
 * serves any number of rows, and no limit of parameters is met.
 */
export function postgresqlWrites({ table, keys, others }: Target): Writes {
  const columns = [...keys, ...others]
  const names = columns.map(({ name }) => name).join(',')
  const insert = `INSERT INTO ${table} (${names}) SELECT ${values(columns).join(',')} FROM ${rows(columns)}`
  const conflict = keys.map(({ name }) => name).join(',')
  const replacements = others.map(({ name }) => `${name}=EXCLUDED.${name}`).join(',')
  const doing = others.length === 0 ? 'NOTHING' : `UPDATE SET ${replacements}`
  const given = values(columns)
  const sets = columns.map(({ name }, at) => `${name} = ${given[at]}`)
  const matches = keys.map(({ name }, at) => `held.${name} = ${given[at]}`).join(' AND ')
  const changed = others.length === 0 ? sets : sets.slice(keys.length)
  return {
    insert: write(insert),
    upsert: write(`${insert} ON CONFLICT (${conflict}) DO ${doing}`),
    update: write(
      `UPDATE ${table} AS held SET ${changed.join(', ')} FROM ${rows(columns)} WHERE ${matches}`,
    ),
    delete: write(`DELETE FROM ${table} AS held USING ${rows(keys)} WHERE ${matches}`),
  }
}

function write(sql: string): Write {
  const statement = (columns: readonly ColumnTexts[], from: number, to: number): Statement => ({
    sql,
    values: columns.map((texts) => `{${texts.slice(from, to).join(',')}}`),
  })
  return { mostRows: Number.POSITIVE_INFINITY, statement }
}

function rows(columns: readonly TargetColumn[]): string {
  const arrays = columns.map(({ type }, at) => `$${at + 1}::${isList(type) ? 'text' : type}[]`)
  return `unnest(${arrays.join(',')}) AS given(${columns.map((_, at) => `v${at + 1}`).join(',')})`
}

/** `unnest` takes lists in lists apart to the ground, so a list travels as its text. */
function values(columns: readonly TargetColumn[]): readonly string[] {
  return columns.map(({ type }, at) =>
    isList(type) ? `given.v${at + 1}::${type}` : `given.v${at + 1}`,
  )
}

function isList(type: string): boolean {
  return type.endsWith('[]')
}
