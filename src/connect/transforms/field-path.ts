/** Paths to fields inside of fields (`field.syntax.version=V2`, KIP-821). */
import type { ConnectField, ConnectSchema } from '../kit/data.ts'
import type { Option } from '../kit/options.ts'
import { fieldOf, fieldValue } from '../values/fields.ts'
import { requireMap, requireStruct } from './parts.ts'

export const fieldSyntax = {
  'field.syntax.version': {
    type: 'string',
    default: 'V1',
    oneOf: ['V1', 'V2'],
    importance: 'high',
    about:
      'V1 names fields of the outermost level only; V2 goes down by dots, with backticks around ' +
      'names that have dots themselves.',
  },
} as const satisfies Record<string, Option>

export type FieldPath = readonly string[]

/** Throws a sentence where a backtick has no partner. */
export function fieldPath(text: string, version: string): FieldPath {
  if (version !== 'V2') return [text]
  const steps: string[] = []
  let at = 0
  while (at < text.length) {
    const quotes = text[at] === '`'
    const end = quotes ? closingBacktick(text, at) : dotOrEnd(text, at)
    const step = text.slice(quotes ? at + 1 : at, end)
    steps.push(quotes ? step.replace(/\\`(?=\.)/g, '`') : step)
    at = quotes ? end + 2 : end + 1
  }
  if (text.endsWith('.')) steps.push('')
  return steps
}

function dotOrEnd(text: string, from: number): number {
  const dot = text.indexOf('.', from)
  return dot === -1 ? text.length : dot
}

/** A backtick closes a name where a dot or the end follows, unless a backslash stands before it. */
function closingBacktick(text: string, opening: number): number {
  for (let at = text.indexOf('`', opening + 1); at !== -1; at = text.indexOf('`', at + 1)) {
    const followed = at === text.length - 1 || text[at + 1] === '.'
    if (followed && text[at - 1] !== '\\') return at
  }
  throw new Error(
    `Incomplete backtick pair in path: [${text}], ` +
      `consider adding a backslash before backtick at position ${opening} to escape it`,
  )
}

export function fieldAt(schema: ConnectSchema, path: FieldPath): ConnectField | undefined {
  let field: ConnectField | undefined
  let inside: ConnectSchema | undefined = schema
  for (const step of path) {
    field = inside === undefined ? undefined : fieldOf(inside, step)
    inside = field?.schema
  }
  return field
}

/** null where a struct on the way is missing. */
export function valueAt(
  schema: ConnectSchema,
  struct: unknown,
  path: FieldPath,
  withDefault: boolean,
): unknown {
  let inside = schema
  let value = struct
  for (const [index, step] of path.entries()) {
    const field = fieldOf(inside, step)
    if (value === null || field === undefined) return null
    const isLast = index === path.length - 1
    value = fieldValue(requireStruct(value, purpose), field, isLast ? withDefault : true)
    inside = field.schema
  }
  return value
}

export function valueInMap(map: unknown, path: FieldPath): unknown {
  let value = map
  for (const step of path) {
    if (value === null || value === undefined) return null
    const entries = requireMap(value, purpose)
    value = Object.hasOwn(entries, step) ? entries[step] : null
  }
  return value ?? null
}

const purpose = 'nested field access'
