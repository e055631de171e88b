/**
 * What somebody may write whom nobody has allowed to write programs: expressions whose results never
 * become much larger than what they are about. `map`, `join`, `bind`, `hex` and their like can double
 * a text again and again, each on what the one before has made.
 */
import type { ASTNode } from '@marcbachmann/cel-js'

const functions: ReadonlySet<unknown> = new Set([
  ...['size', 'contains', 'startsWith', 'endsWith', 'matches', 'indexOf', 'lastIndexOf'],
  ...['substring', 'trim', 'lowerAscii', 'upperAscii', 'at'],
  ...['has', 'all', 'exists', 'exists_one', 'filter', 'hasValue', 'value', 'orValue', 'or'],
  ...['int', 'uint', 'double', 'string', 'bytes', 'bool', 'timestamp', 'duration', 'type', 'dyn'],
  ...['abs', 'round', 'floor', 'ceil'],
  ...['getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear', 'getFullYear', 'getHours'],
  ...['getMilliseconds', 'getMinutes', 'getMonth', 'getSeconds'],
])

export const mostCharacters = 1000
/** Each makes one text of two. */
const mostAdditions = 10

/** The first place of an expression that is more than that, and why; undefined where all is well. */
export function immodest(
  root: ASTNode,
): { readonly node: ASTNode; readonly why: string } | undefined {
  let additions = 0
  const calls = ['call', 'rcall']
  const visit = (part: unknown): ReturnType<typeof immodest> => {
    if (Array.isArray(part)) {
      for (const one of part) {
        const found = visit(one)
        if (found !== undefined) return found
      }
      return undefined
    }
    if (!isNode(part)) return undefined
    const [name] = Array.isArray(part.args) ? part.args : []
    if (calls.includes(part.op) && !functions.has(name)) {
      return { node: part, why: `${name}() is not among the functions of a filter` }
    }
    if (part.op === '+') additions += 1
    if (additions > mostAdditions) {
      return { node: part, why: `a filter has at most ${mostAdditions} additions` }
    }
    return visit(part.args)
  }
  return visit(root)
}

export function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}
