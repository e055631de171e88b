import { linearPattern } from '../base/linear-pattern.ts'
import type { TopicSelection } from '../client/index.ts'

/** What `from` means: names, and `/pattern/`s. */
export function topicSelection(from: readonly string[]): TopicSelection {
  const patterns = from.flatMap((one) => patternOf(one) ?? [])
  const names = from.filter((one) => patternOf(one) === undefined)
  if (patterns.length === 0) return { names }
  return { names, fits: (name) => patterns.some((one) => one.test(name)) }
}

/** Text between slashes is a pattern, which must fit the whole name. */
function patternOf(from: string): RegExp | undefined {
  if (from.length < 3 || !from.startsWith('/') || !from.endsWith('/')) return undefined
  return linearPattern(`^(?:${from.slice(1, -1)})$`)
}
