/**
 * Text as a value with a schema (Connect's `Values.parseString`, KIP-145): what SimpleHeaderConverter
 * makes of a header. `3` is an int8, `[1,2]` an array of them, `{"a":true}` a map, anything else a
 * string.
 */
import type { ConnectSchema } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { dateFormat } from './date-format.ts'
import { decimalSchema, logicalSchemas } from './logical.ts'
import { parseDecimal } from './numbers.ts'
import { commonSchema, widened } from './widen.ts'

export interface Parsed {
  readonly schema: ConnectSchema | null
  readonly value: unknown
}

export function parseText(text: string): Parsed {
  if (text === '') return { schema: plain('string'), value: text }
  return new Parser(text).parse(0) ?? { schema: null, value: null }
}

function plain(type: ConnectSchema['type']): ConnectSchema {
  return { type, optional: false }
}

/** Deeper arrays and maps stay text. */
const mostNesting = 100

const delimiters = ':,{}[]"'

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Undefined means null, which has no schema. */
  parse(depth: number): Parsed | undefined {
    const inside = depth > 0
    const begin = this.#at
    if (inside && this.#take('"')) return this.#quoted()
    for (const [literal, parsed] of literals) {
      if (this.#take(literal) && (inside || this.#ended())) return parsed
      this.#at = begin
    }
    try {
      if (this.#take('[')) return this.#array(depth + 1)
      if (this.#take('{')) return this.#map(depth + 1)
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      this.#at = begin
    }
    const token = this.#token()
    return token.trim() === ''
      ? { schema: plain('string'), value: token }
      : this.#plain(inside, token)
  }

  #plain(inside: boolean, token: string): Parsed {
    const trimmed = token.trim()
    const parsed = this.#temporal(trimmed) ?? number(trimmed)
    if (parsed !== undefined) return parsed
    if (inside) throw new DataError('Failed to parse embedded value')
    return { schema: plain('string'), value: this.#text }
  }

  /** The colons of a time of day are delimiters: it is five tokens. */
  #temporal(token: string): Parsed | undefined {
    if (!/^\d/.test(token)) return undefined
    const begin = this.#at
    let longer = token
    for (let count = 0; count < 4; count++) {
      if (this.#ended()) return this.#back(begin, token)
      longer += this.#token()
    }
    return temporal(longer) ?? this.#back(begin, token)
  }

  #back(position: number, token: string): Parsed | undefined {
    this.#at = position
    return temporal(token)
  }

  #quoted(): Parsed {
    let content = ''
    while (!this.#ended()) {
      if (this.#take('"')) break
      content += this.#token()
    }
    return temporal(content) ?? { schema: plain('string'), value: content }
  }

  #array(depth: number): Parsed {
    if (depth > mostNesting) throw new DataError('Arrays are nested too deeply')
    const elements: (Parsed | undefined)[] = []
    while (!this.#ended()) {
      if (this.#take(']')) return arrayOf(elements)
      if (this.#take(',')) throw new DataError('Unable to parse an empty array element')
      elements.push(this.parse(depth))
      const end = this.#at
      if (this.#take(']')) this.#at = end
      else if (!this.#take(',')) throw new DataError("Array elements missing ',' delimiter")
    }
    throw new DataError("Array is missing terminating ']'")
  }

  #map(depth: number): Parsed {
    if (depth > mostNesting) throw new DataError('Maps are nested too deeply')
    const entries: [Parsed, Parsed | undefined][] = []
    while (!this.#ended()) {
      if (this.#take('}')) return mapOf(entries)
      if (this.#take(',')) throw new DataError('Unable to parse a map entry with no key or value')
      const key = this.parse(depth)
      if (key === undefined) throw new DataError('Map entry may not have a null key')
      if (!this.#take(':')) throw new DataError("Map entry is missing ':'")
      entries.push([key, this.parse(depth)])
      this.#take(',')
    }
    throw new DataError("Map is missing terminating '}'")
  }

  #ended(): boolean {
    return this.#at >= this.#text.length
  }

  /** Goes behind this token if it comes next, blank ones apart. */
  #take(expected: string): boolean {
    const begin = this.#at
    let token = this.#ended() ? '' : this.#token()
    while (token.trim() === '' && !this.#ended()) token = this.#token()
    if (token.trim() === expected) return true
    this.#at = begin
    return false
  }

  /** A delimiter, or all up to the next one that no backslash stands before. */
  #token(): string {
    const begin = this.#at
    let escaped = false
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? ''
      if (!escaped && delimiters.includes(char)) {
        if (this.#at === begin) this.#at++
        return this.#text.slice(begin, this.#at)
      }
      escaped = char === '\\' && !escaped
      this.#at++
    }
    return this.#text.slice(begin)
  }
}

const literals: readonly (readonly [string, Parsed | undefined])[] = [
  ['null', undefined],
  ['true', { schema: plain('boolean'), value: true }],
  ['false', { schema: plain('boolean'), value: false }],
]

function arrayOf(elements: readonly (Parsed | undefined)[]): Parsed {
  const common = commonSchema(elements)
  const schema: ConnectSchema =
    common === undefined ? plain('array') : { ...plain('array'), values: common }
  return { schema, value: elements.map((element) => widened(common, element)) }
}

function mapOf(entries: readonly (readonly [Parsed, Parsed | undefined])[]): Parsed {
  const keys = commonSchema(entries.map(([key]) => key))
  const values = commonSchema(entries.map(([, value]) => value))
  const common = keys === undefined ? {} : { keys, ...(values === undefined ? {} : { values }) }
  const pairs = entries.map(
    ([key, value]) =>
      [widened(keys, key), widened(keys === undefined ? undefined : values, value)] as const,
  )
  return { schema: { ...plain('map'), ...common }, value: new Map(pairs) }
}

function number(text: string): Parsed | undefined {
  const decimal = /^[+\-\d]/.test(text) ? parseDecimal(text) : undefined
  if (decimal === undefined) return undefined
  const { unscaled, scale } = decimal
  const factor = 10n ** BigInt(Math.abs(scale))
  if (scale <= 0 || unscaled % factor === 0n) {
    const whole = scale <= 0 ? unscaled * factor : unscaled / factor
    for (const bits of [8, 16, 32] as const) {
      if (BigInt.asIntN(bits, whole) === whole) {
        return { schema: plain(`int${bits}`), value: Number(whole) }
      }
    }
    if (BigInt.asIntN(64, whole) === whole) return { schema: plain('int64'), value: whole }
  }
  const value = Number(text)
  if (scale !== 0 && Number.isFinite(Math.fround(value))) {
    return { schema: plain('float32'), value: Math.fround(value) }
  }
  if (scale !== 0 && Number.isFinite(value)) return { schema: plain('float64'), value }
  return { schema: decimalSchema(scale), value: decimal }
}

const dates = [
  {
    length: 24,
    format: dateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"),
    schema: logicalSchemas.timestamp,
  },
  { length: 13, format: dateFormat("HH:mm:ss.SSS'Z'"), schema: logicalSchemas.time },
  { length: 10, format: dateFormat('yyyy-MM-dd'), schema: logicalSchemas.date },
] as const

function temporal(token: string): Parsed | undefined {
  const text = token.replaceAll('\\:', ':')
  const kind = dates.find(({ length }) => length === text.length)
  const value = kind?.format.parse(text)
  return kind === undefined || value === undefined ? undefined : { schema: kind.schema, value }
}
