import { schemaError } from './errors.ts'
import type { SchemaType } from './schema-format.ts'

/** How large the schemas of one request may be: a text is refused before it is worked on. */
export const schemaLimits = {
  mostCharacters: 1_000_000,
  /** Of all texts that one schema refers to, together. */
  mostReferencedCharacters: 10_000_000,
  deepestNesting: 500,
} as const

/** @throws 'invalid-schema' */
export function checkSize(
  type: SchemaType,
  text: string,
  references: ReadonlyMap<string, string>,
): void {
  const { mostCharacters, mostReferencedCharacters } = schemaLimits
  const referenced = [...references.values()].reduce((sum, { length }) => sum + length, 0)
  const why =
    text.length > mostCharacters
      ? `it has ${text.length} characters, ${mostCharacters} are the most`
      : referenced > mostReferencedCharacters &&
        `all that it refers to has ${referenced} characters, ${mostReferencedCharacters} are the most`
  if (why) throw schemaError('invalid-schema', { type, where: '', why })
}
