import { invalidSchema } from '../errors.ts'
import { limits } from '../limits.ts'

export type Print = (lines: Lines) => void

/** Lines of a text, two spaces a level; throws `invalid-schema` where they are more than a text may be. */
export class Lines {
  readonly #lines: string[] = []
  #depth = 0
  #length = 0

  get depth(): number {
    return this.#depth
  }

  add(text: string): void {
    const line = `${'  '.repeat(this.#depth)}${text}\n`
    this.#length += line.length
    if (this.#length > limits.mostTextBytes) {
      throw invalidSchema(`written out, its text has more than ${limits.mostTextBytes} characters`)
    }
    this.#lines.push(line)
  }

  /** Parts of each kind stand inside of the braces, an empty line before the next kind. */
  block(head: string, kinds: readonly (readonly Print[])[], end = '}'): void {
    const [first, ...rest] = kinds.filter((parts) => parts.length > 0)
    if (first === undefined) {
      this.add(`${head} {${end}`)
      return
    }
    this.add(`${head} {`)
    this.#inside(first)
    for (const parts of rest) {
      this.add('')
      this.#inside(parts)
    }
    this.add(end)
  }

  text(): string {
    return this.#lines.join('')
  }

  #inside(parts: readonly Print[]): void {
    this.#depth += 1
    for (const print of parts) print(this)
    this.#depth -= 1
  }
}
