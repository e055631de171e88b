import { JavaPattern } from '../../connect/kit/index.ts'

/** Names by lists of Java's patterns: what is included and not excluded. Throws where one is wrong. */
export class NameFilter {
  readonly #included: readonly JavaPattern[]
  readonly #excluded: readonly JavaPattern[]

  constructor(included: readonly string[], excluded: readonly string[]) {
    this.#included = included.map((pattern) => new JavaPattern(pattern))
    this.#excluded = excluded.map((pattern) => new JavaPattern(pattern))
  }

  takes(name: string): boolean {
    return this.#includes(name) && !this.#excluded.some((pattern) => pattern.matches(name))
  }

  /** Why a name is not taken, as a clause; undefined where it is. */
  whyNot(name: string, keys: { readonly included: string; readonly excluded: string }) {
    if (!this.#includes(name)) return `'${keys.included}' has no pattern for it`
    const at = this.#excluded.findIndex((pattern) => pattern.matches(name))
    return at < 0 ? undefined : `'${keys.excluded}' has a pattern for it`
  }

  #includes(name: string): boolean {
    return this.#included.some((pattern) => pattern.matches(name))
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
