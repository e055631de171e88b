import { formats } from '../../formats/schemas/formats.ts'
import type { ParsedSchema, SchemaType } from '../../formats/schemas/schema-format.ts'
import { cliError } from '../errors.ts'
import { partsOf } from './parts.ts'

/** A schema with the texts of what it refers to. */
export interface Text {
  readonly type: SchemaType
  readonly text: string
  readonly referencedTexts: ReadonlyMap<string, string>
}

export interface Change {
  readonly change: 'added' | 'removed' | 'changed'
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}

export interface Comparison {
  readonly compatibility: 'FULL' | 'BACKWARD' | 'FORWARD' | 'NONE'
  readonly changes: readonly Change[]
  /** Why readers with the later schema do not read what was written with the earlier one. */
  readonly notBackward: readonly string[]
  /** The reverse. */
  readonly notForward: readonly string[]
}

/** What changed from one schema to a later one, and who can read whose records. */
export async function compare(earlier: Text, later: Text): Promise<Comparison> {
  const [before, after] = await Promise.all([parse(earlier), parse(later)])
  if (before.type !== after.type) {
    const problem = `One schema is ${before.type}, the other ${after.type}; only schemas of one language can be compared.`
    throw cliError('failed', { problem })
  }
  const notBackward = named(after.incompatibilities(before), 'new', 'old')
  const notForward = named(before.incompatibilities(after), 'old', 'new')
  const isBackward = notBackward.length === 0
  const isForward = notForward.length === 0
  return {
    compatibility: isBackward ? (isForward ? 'FULL' : 'BACKWARD') : isForward ? 'FORWARD' : 'NONE',
    changes: changesOf(partsOf(before), partsOf(after)),
    notBackward,
    notForward,
  }
}

async function parse({ type, text, referencedTexts }: Text): Promise<ParsedSchema> {
  return (await formats[type]()).parse(text, referencedTexts)
}

/** The first %s of a message stands for the schema that reads, the second for the one that wrote. */
function named(messages: readonly string[], ...names: readonly string[]): string[] {
  return messages.map((message) =>
    names.reduce((text, name) => text.replace('%s', () => name), message),
  )
}

function changesOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Change[] {
  const paths = new Set([...before.keys(), ...after.keys()])
  return [...paths].flatMap((path): Change[] => {
    const [was, is] = [before.get(path), after.get(path)]
    if (was === is) return []
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'
    return [{ change, path, before: was, after: is }]
  })
}
