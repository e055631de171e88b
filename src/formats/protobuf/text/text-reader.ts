import { invalidSchema } from '../errors.ts'
import { limits } from '../limits.ts'

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'symbol' | 'end'
  /** Of a string, what it stands for. */
  readonly text: string
  readonly position: number
}

const blank = /\s*/y
const word = /[A-Za-z_]\w*/y
const number = /0[xX][0-9A-Fa-f]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fF]?/y
const patterns = [
  ['word', word],
  ['number', number],
] as const
const stringPiece = /[^"'\\\n]*/y
const escapes =
  /\\(?:[xX]([0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))/g
const controls: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const highestCodePoint = 0x10ffff

/** Cuts the text of a .proto file into words, numbers, strings and symbols. */
export class TextReader {
  readonly #text: string
  #position = 0
  #next: Token | undefined

  constructor(text: string) {
    this.#text = text
  }

  peek(): Token {
    this.#next ??= this.#read()
    return this.#next
  }

  take(): Token {
    const token = this.peek()
    this.#next = undefined
    return token
  }

  /** Whether the next token is this symbol or word. */
  isNext(text: string): boolean {
    const { kind, text: found } = this.peek()
    return found === text && (kind === 'symbol' || kind === 'word')
  }

  /** Takes the next token if it is this symbol or word. */
  takes(text: string): boolean {
    const found = this.isNext(text)
    if (found) this.take()
    return found
  }

  needs(text: string): void {
    if (!this.takes(text)) throw this.unexpected(`'${text}'`)
  }

  word(what: string): string {
    if (this.peek().kind !== 'word') throw this.unexpected(what)
    return this.take().text
  }

  /** A dotted name, with the leading dot of a full name where `full` allows it. */
  name(what: string, { full = false } = {}): string {
    const parts = full && this.takes('.') ? ['', this.word(what)] : [this.word(what)]
    while (this.takes('.')) {
      parts.push(this.word(what))
      if (parts.length > limits.mostNameParts) {
        throw this.#wrong(`a name has more than ${limits.mostNameParts} parts`)
      }
    }
    return parts.join('.')
  }

  /** Strings that follow each other are one. */
  string(what: string): string {
    if (this.peek().kind !== 'string') throw this.unexpected(what)
    const parts: string[] = []
    while (this.peek().kind === 'string') parts.push(this.take().text)
    return parts.join('')
  }

  integer(what: string, from: number, to: number): number {
    const sign = this.takes('-') ? '-' : ''
    const { kind, text } = this.peek()
    const value =
      kind === 'number' && /^(?:0[xX])?[0-9A-Fa-f]+$/.test(text) ? parse(text) : Number.NaN
    const signed = sign === '' ? value : -value
    if (!(signed >= from && signed <= to)) {
      throw this.unexpected(`${what} (a whole number from ${from} to ${to})`)
    }
    this.take()
    return signed
  }

  unexpected(wanted: string): Error {
    const { kind, text, position } = this.peek()
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
    const found = kind === 'end' ? 'the end of the text' : `'${shown}'`
    return this.#wrong(`${wanted} is expected where ${found} stands`, position)
  }

  wrong(problem: string): Error {
    return this.#wrong(problem)
  }

  #read(): Token {
    this.#skipBlanksAndComments()
    const position = this.#position
    const first = this.#text[position]
    if (first === undefined) return { kind: 'end', text: '', position }
    if (first === '"' || first === "'") {
      return { kind: 'string', text: this.#string(first), position }
    }
    for (const [kind, pattern] of patterns) {
      const text = this.#match(pattern)
      if (text !== '') return { kind, text, position }
    }
    this.#position += 1
    return { kind: 'symbol', text: first, position }
  }

  #skipBlanksAndComments(): void {
    while (true) {
      this.#match(blank)
      const start = this.#position
      if (this.#text.startsWith('//', start)) {
        const end = this.#text.indexOf('\n', start)
        this.#position = end < 0 ? this.#text.length : end
      } else if (this.#text.startsWith('/*', start)) {
        const end = this.#text.indexOf('*/', start + 2)
        if (end < 0) throw this.#wrong('a comment has no end', start)
        this.#position = end + 2
      } else {
        return
      }
    }
  }

  /** Walks to the other quote; a quote of the other kind is an ordinary character. */
  #string(quote: string): string {
    const start = this.#position
    this.#position += 1
    while (true) {
      this.#match(stringPiece)
      const at = this.#text[this.#position]
      if (at === undefined || at === '\n') throw this.#wrong('a string has no end', start)
      this.#position += at === '\\' ? 2 : 1
      if (at === quote) return unescaped(this.#text.slice(start + 1, this.#position - 1))
    }
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position
    const text = pattern.exec(this.#text)?.[0] ?? ''
    this.#position += text.length
    return text
  }

  #wrong(problem: string, position = this.#next?.position ?? this.#position): Error {
    const before = this.#text.slice(0, position).split('\n')
    return invalidSchema(problem, `${before.length}:${(before.at(-1) ?? '').length + 1}`)
  }
}

/** What the escapes of a string stand for; a byte is the character of its number. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(escapes, (_whole, hex, octal, short, long, other) => {
    const code = hex ?? short ?? long
    if (code !== undefined) return characterOf(Number.parseInt(code, 16))
    if (octal !== undefined) return characterOf(Number.parseInt(octal, 8))
    return controls[other] ?? other
  })
}

function characterOf(code: number): string {
  return code > highestCodePoint ? '\ufffd' : String.fromCodePoint(code)
}

function parse(text: string): number {
  if (/^0[xX]/.test(text)) return Number.parseInt(text, 16)
  return /^0\d/.test(text) ? Number.parseInt(text, 8) : Number(text)
}
