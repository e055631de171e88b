/**
 * JSON that is written as it was read: keys keep their order, `1`, `1.0` and 9007199254740993 stay
 * what they are. The registry's texts come from Java's Jackson, so numbers and strings are printed
 * as it prints them.
 */
import { schemaLimits } from './limits.ts'

export type JsonNode = null | boolean | string | JsonNumber | readonly JsonNode[] | JsonObject
export type JsonObject = ReadonlyMap<string, JsonNode>

/** A whole number is a bigint, as long as it may be; any other number a double. */
export class JsonNumber {
  readonly value: bigint | number

  constructor(value: bigint | number) {
    this.value = value
  }

  get isWhole(): boolean {
    return typeof this.value === 'bigint'
  }
}

export class JsonSyntaxError extends Error {
  /** `line:column`, both from 1. */
  readonly where: string

  constructor(why: string, where: string) {
    super(why)
    this.where = where
  }
}

/** Of two equal keys the last one counts. @throws JsonSyntaxError */
export function parseJson(text: string, options: { readonly comments?: boolean } = {}): JsonNode {
  return new Parser(text, options.comments ?? false).whole()
}

export function isJsonObject(node: JsonNode | undefined): node is JsonObject {
  return node instanceof Map
}

export function isJsonArray(node: JsonNode | undefined): node is readonly JsonNode[] {
  return Array.isArray(node)
}

export function printJson(node: JsonNode, options: { readonly sorted?: boolean } = {}): string {
  if (node === null) return 'null'
  if (typeof node === 'boolean') return String(node)
  if (typeof node === 'string') return quoted(node)
  if (node instanceof JsonNumber) return printNumber(node.value)
  if (isJsonArray(node)) return `[${node.map((item) => printJson(item, options)).join(',')}]`
  const entries = [...node]
  if (options.sorted) entries.sort(([one], [other]) => compareText(one, other))
  return `{${entries.map(([key, item]) => `${quoted(key)}:${printJson(item, options)}`).join(',')}}`
}

/** By UTF-16 code units, as Java compares strings. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}

export function quoted(text: string): string {
  // Java has the digits of an escape in capitals; a backslash that is itself escaped begins none.
  return JSON.stringify(text).replace(/\\(?:\\|u(00[01][a-f]))/g, (found, digits?: string) =>
    digits === undefined ? found : `\\u${digits.toUpperCase()}`,
  )
}

function printNumber(value: bigint | number): string {
  return typeof value === 'bigint' ? String(value) : printDouble(value)
}

/** As Java's `Double.toString`; what is no number of JSON becomes a string. */
function printDouble(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`
  if (Object.is(value, -0)) return '-0.0'
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return withFraction(String(value))
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${withFraction(digits)}E${Number(exponent)}`
}

function withFraction(digits: string): string {
  return digits.includes('.') ? digits : `${digits}.0`
}

const space = /[ \t\r\n]*/y
const spaceAndComments = /(?:[ \t\r\n]|\/\*[\s\S]*?\*\/|\/\/[^\n]*)*/y
const plainText = /[^"\\]*/y
const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const words = new Map<string, JsonNode>([
  ['null', null],
  ['true', true],
  ['false', false],
])
const word = /[a-z]+/y
/** A whole number of more digits takes quadratic time to read. */
const mostDigits = 1000

class Parser {
  readonly #text: string
  readonly #space: RegExp
  #position = 0
  #depth = 0

  constructor(text: string, comments: boolean) {
    this.#text = text
    this.#space = comments ? spaceAndComments : space
  }

  whole(): JsonNode {
    const node = this.#node()
    this.#take(this.#space)
    if (this.#position < this.#text.length) this.#fail('the JSON text goes on after its end')
    return node
  }

  #node(): JsonNode {
    this.#take(this.#space)
    const next = this.#text[this.#position]
    if (next === undefined) this.#fail('the JSON text ends too early')
    if (next === '{') return this.#nested(() => this.#object())
    if (next === '[') return this.#nested(() => this.#array())
    if (next === '"') return this.#string()
    if (next === '-' || (next >= '0' && next <= '9')) return this.#number()
    const start = this.#position
    const known = words.get(this.#take(word))
    if (known === undefined) {
      this.#position = start
      this.#fail(`${JSON.stringify(next)} begins no JSON value`)
    }
    return known
  }

  #nested<Node>(read: () => Node): Node {
    this.#depth += 1
    if (this.#depth > schemaLimits.deepestNesting) {
      this.#fail(`the JSON nests deeper than ${schemaLimits.deepestNesting} levels`)
    }
    this.#position += 1
    const node = read()
    this.#depth -= 1
    return node
  }

  #object(): JsonObject {
    const object = new Map<string, JsonNode>()
    if (this.#takes('}')) return object
    do {
      this.#take(this.#space)
      if (this.#text[this.#position] !== '"') this.#fail('a key in double quotes is expected')
      const key = this.#string()
      if (!this.#takes(':')) this.#fail("':' is expected")
      object.set(key, this.#node())
    } while (this.#takes(','))
    if (!this.#takes('}')) this.#fail("',' or '}' is expected")
    return object
  }

  #array(): JsonNode[] {
    const array: JsonNode[] = []
    if (this.#takes(']')) return array
    do array.push(this.#node())
    while (this.#takes(','))
    if (!this.#takes(']')) this.#fail("',' or ']' is expected")
    return array
  }

  /** From a quote to the next one that no backslash stands before; JSON.parse reads what is between. */
  #string(): string {
    const start = this.#position
    this.#position += 1
    this.#take(plainText)
    while (this.#text[this.#position] === '\\') {
      this.#position += 2
      this.#take(plainText)
    }
    if (this.#text[this.#position] !== '"') this.#fail('the string is not ended by a double quote')
    this.#position += 1
    try {
      return JSON.parse(this.#text.slice(start, this.#position)) as string
    } catch {
      this.#position = start
      return this.#fail('the string has an escape or a control character that JSON does not allow')
    }
  }

  #number(): JsonNumber {
    number.lastIndex = this.#position
    const [digits = '', fraction, exponent] = number.exec(this.#text) ?? []
    if (digits === '') this.#fail("'-' begins no number")
    if (digits.length > mostDigits) this.#fail(`the number has more than ${mostDigits} digits`)
    this.#position += digits.length
    const isWhole = fraction === undefined && exponent === undefined
    return new JsonNumber(isWhole ? BigInt(digits) : Number(digits))
  }

  #takes(sign: string): boolean {
    this.#take(this.#space)
    if (this.#text[this.#position] !== sign) return false
    this.#position += 1
    return true
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#position
    const [found = ''] = pattern.exec(this.#text) ?? []
    this.#position += found.length
    return found
  }

  #fail(why: string): never {
    const before = this.#text.slice(0, this.#position).split('\n')
    throw new JsonSyntaxError(why, `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`)
  }
}
