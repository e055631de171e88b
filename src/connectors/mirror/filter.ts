import { JavaPattern } from '../../connect/kit/index.ts'

interface Named {
  readonly text: string
  readonly pattern: JavaPattern
}

/** Names by lists of Java's patterns: what is included and not excluded. Throws where one is wrong. */
export class NameFilter {
  readonly #included: readonly Named[]
  readonly #excluded: readonly Named[]

  constructor(included: readonly string[], excluded: readonly string[]) {
    this.#included = included.map(named)
    this.#excluded = excluded.map(named)
  }

  takes(name: string): boolean {
    return find(this.#included, name) !== undefined && find(this.#excluded, name) === undefined
  }

  /** Why a name is not taken, as a sentence; undefined where it is. `key` is that of the list. */
  whyNot(name: string, key: string): string | undefined {
    if (find(this.#included, name) === undefined) {
      const lists = this.#included.map(({ text }) => text).join()
      return `'${key}' has no pattern for it: ${lists}.`
    }
    const excluded = find(this.#excluded, name)
    return excluded && `'${key}.exclude' has a pattern for it: ${excluded.text}.`
  }
}

/** What is wrong with a list of patterns, as a sentence for its option. */
export function checkPatterns(patterns: readonly string[]): string | undefined {
  try {
    new NameFilter(patterns, [])
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function named(text: string): Named {
  return { text, pattern: new JavaPattern(text) }
}

function find(patterns: readonly Named[], name: string): Named | undefined {
  return patterns.find(({ pattern }) => pattern.matches(name))
}
