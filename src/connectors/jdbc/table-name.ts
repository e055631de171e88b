/** A table, perhaps in a schema (PostgreSQL) or database (MySQL) that is not the connection's own. */
export interface TableName {
  readonly schema: string | undefined
  readonly name: string
}

/** How a database writes names. */
export interface Names {
  readonly column: (name: string) => string
  readonly table: (table: TableName) => string
}

/** Names in a system's quotes, or as they stand (`quote.sql.identifiers=never`). */
export function namesQuotedBy(mark: string, quoted: boolean): Names {
  const column = quoted
    ? (name: string) => `${mark}${name.replaceAll(mark, mark + mark)}${mark}`
    : (name: string) => name
  return {
    column,
    table: ({ schema, name }) =>
      schema === undefined ? column(name) : `${column(schema)}.${column(name)}`,
  }
}

/**
 * Takes `table`, `schema.table` or `catalog.schema.table` apart, each part quoted or not; undefined
 * where it is none. The catalog of the last is the database that the connection is in.
 */
export function parseTableName(text: string, mark: string): TableName | undefined {
  const parts = partsOf(text.trim(), mark)
  if (parts === undefined || parts.length > 3 || parts.some((part) => part === '')) return undefined
  const [name = '', schema] = parts.reverse()
  return { schema, name }
}

/** The name without any quotes, as offsets and filters have it. */
export function plainName({ schema, name }: TableName): string {
  return schema === undefined ? name : `${schema}.${name}`
}

function partsOf(text: string, mark: string): string[] | undefined {
  const parts: string[] = []
  let at = 0
  for (;;) {
    if (text.startsWith(mark, at)) {
      const end = text.indexOf(mark, at + 1)
      if (end < 0) return undefined
      parts.push(text.slice(at + 1, end))
      at = end + 1
    } else {
      const dot = text.indexOf('.', at)
      const end = dot < 0 ? text.length : dot
      parts.push(text.slice(at, end))
      at = end
    }
    if (at === text.length) return parts
    if (text[at] !== '.') return undefined
    at += 1
  }
}
