import { linearPattern } from '../../base/linear-pattern.ts'
import { translated } from './java-pattern-syntax.ts'

/** A Java regular expression that a user wrote; matching takes linear time, whatever it is. */
export class JavaPattern {
  readonly #whole: RegExp
  readonly #first: RegExp

  /** Throws a sentence where the pattern is wrong, or has what leat has no like for. */
  constructor(source: string) {
    const body = translated(source)
    this.#whole = linearPattern(`^(?:${body})$`)
    this.#first = linearPattern(body)
  }

  /** Whether the whole text matches (Java's `matches`). */
  matches(text: string): boolean {
    return this.#whole.test(text)
  }

  /**
   * The text with the first match replaced (Java's `replaceFirst`: `$1`, `${name}`, `\$`), or
   * undefined where the whole text does not match. The first match may be shorter than the whole.
   */
  replaceFirst(text: string, replacement: string): string | undefined {
    const match = this.matches(text) ? this.#first.exec(text) : null
    if (match === null) return undefined
    const end = match.index + match[0].length
    return text.slice(0, match.index) + filled(replacement, match) + text.slice(end)
  }
}

function filled(replacement: string, match: RegExpExecArray): string {
  const places = /\\(.)|\$\{(\w+)\}|\$(\d+)/gs
  return replacement.replace(places, (_, escaped?: string, name?: string, digits = '') => {
    if (escaped !== undefined) return escaped
    return name === undefined ? group(match, digits) : (match.groups?.[name] ?? '')
  })
}

/** `$12` means the twelfth group if there is one, else the first and a `2`. */
function group(match: RegExpExecArray, digits: string): string {
  let length = digits.length
  while (length > 1 && Number(digits.slice(0, length)) >= match.length) length--
  return (match[Number(digits.slice(0, length))] ?? '') + digits.slice(length)
}
