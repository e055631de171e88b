import type { Context } from 'hono'
import { qualifiedReferences } from '../queries.ts'
import type { Unparsed } from '../schemas/parser.ts'
import type { Services } from '../services.ts'
import type { Version } from '../state/versions.ts'
import { contextOf, defaultContext } from '../subjects.ts'

/** With its text in the notation that `format` asks for; the guid stays that of the schema. */
export async function formatted<Schema extends Unparsed>(
  schema: Schema,
  context: Context,
  { parser, topic }: Services,
): Promise<Schema> {
  const notation = context.req.query('format')?.trim() ?? ''
  if (notation === '') return schema
  const parsed = await parser.parse(schema, topic.state)
  return { ...schema, schema: parsed.formatted(notation) }
}

export function withQualifiedReferences(version: Version, context: Context): Version {
  const isWanted = context.req.query('referenceFormat') === 'qualified'
  if (!isWanted || contextOf(version.subject) === defaultContext) return version
  return { ...version, references: qualifiedReferences(version) }
}
