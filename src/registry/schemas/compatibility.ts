/** Confluent's levels: against which versions a new schema is held, and in which direction. */
import type { ParsedSchema } from '../../formats/schemas/schema-format.ts'

export interface Earlier {
  readonly version: number
  readonly parsed: ParsedSchema
}

interface Level {
  /** The new schema reads what the earlier ones wrote. */
  readonly backward: boolean
  /** The earlier ones read what the new one writes. */
  readonly forward: boolean
  /** All versions, rather than the latest alone. */
  readonly transitive: boolean
}

const levels: Readonly<Record<string, Level>> = {
  NONE: { backward: false, forward: false, transitive: false },
  BACKWARD: { backward: true, forward: false, transitive: false },
  BACKWARD_TRANSITIVE: { backward: true, forward: false, transitive: true },
  FORWARD: { backward: false, forward: true, transitive: false },
  FORWARD_TRANSITIVE: { backward: false, forward: true, transitive: true },
  FULL: { backward: true, forward: true, transitive: false },
  FULL_TRANSITIVE: { backward: true, forward: true, transitive: true },
}

/** The level of that name, in whatever case. */
export function levelNamed(name: string): string | undefined {
  const level = name.toUpperCase()
  return Object.hasOwn(levels, level) ? level : undefined
}

const mostShownCharacters = 10 * 1024

/**
 * What stands in the way, in Confluent's words; none means compatible. `earlier` is ascending and
 * lazily parsed: the latest is looked at first, and the first one in the way ends the search.
 */
export async function incompatibilities(
  level: string,
  schema: ParsedSchema,
  earlier: readonly (() => Promise<Earlier>)[],
): Promise<string[]> {
  const { backward, forward, transitive } = levels[level] ?? (levels.BACKWARD as Level)
  if (!backward && !forward) return []
  const checked = earlier.toReversed().slice(0, transitive ? undefined : 1)
  for (const parse of checked) {
    const old = await parse()
    if (old.parsed.type !== schema.type) return ['Incompatible because of different schema type']
    const messages = [
      ...(forward ? named(old.parsed.incompatibilities(schema), 'old') : []),
      ...(backward ? named(schema.incompatibilities(old.parsed), 'new') : []),
    ]
    if (messages.length > 0) return [...messages, ...shown(old)]
  }
  return []
}

/** A format leaves two places, for the reader and then the writer, or has the reader for the new. */
function named(messages: readonly string[], reader: 'new' | 'old'): string[] {
  const writer = reader === 'new' ? 'old' : 'new'
  return messages.map((message) => {
    const names = [reader, writer]
    if (message.includes('%s')) return message.replace(/%s/g, () => names.shift() ?? '%s')
    return message.replace(/\b(new|old)(?= schema\b)/g, (which) =>
      which === 'new' ? reader : writer,
    )
  })
}

function shown({ version, parsed }: Earlier): string[] {
  const text = parsed.canonical
  return [
    `{oldSchemaVersion: ${version}}`,
    text.length <= mostShownCharacters
      ? `{oldSchema: '${text}'}`
      : `{oldSchema: <truncated> '${text.slice(0, mostShownCharacters)}...'}`,
  ]
}
