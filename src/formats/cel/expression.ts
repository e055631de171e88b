/** Expressions of CEL (Common Expression Language) over one record. Their patterns cannot block the process. */
import { type ASTNode, Environment, Optional } from '@marcbachmann/cel-js'
import { linearPattern } from '../../base/linear-pattern.ts'
import { celError } from './errors.ts'
import { immodest, isNode, mostCharacters } from './modest.ts'

/** What an expression speaks of. */
export interface SpokenOf {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** Milliseconds since the epoch. */
  readonly timestampMs: number
  /** As its reader understands it: often text where the bytes are UTF-8, else bytes, or null. */
  readonly key: unknown
  readonly value: unknown
  readonly headers: readonly { readonly key: string; readonly value: Buffer | null }[]
}

export type Evaluate = (record: SpokenOf) => unknown

/** What an expression may speak of. */
const environment = mixedNumbers(
  new Environment({
    // A record has fields of many types.
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 10_000, maxDepth: 100 },
  })
    .registerVariable('value', 'dyn')
    .registerVariable('key', 'dyn')
    .registerVariable('headers', 'map<string, dyn>')
    .registerVariable('topic', 'string')
    .registerVariable('partition', 'int')
    .registerVariable('offset', 'int')
    .registerVariable('timestamp', 'google.protobuf.Timestamp')
    .registerFunction('abs(double): double', Math.abs)
    .registerFunction('abs(int): int', (number: bigint) => (number < 0n ? -number : number))
    .registerFunction('round(double): double', Math.round)
    .registerFunction('round(double, int): double', (number: number, digits: bigint) =>
      Number(number.toFixed(Math.min(Math.max(Number(digits), 0), 100))),
    )
    .registerFunction('floor(double): double', Math.floor)
    .registerFunction('ceil(double): double', Math.ceil),
)

interface ParseOptions {
  /** Takes only what `modest.ts` allows: for expressions of those who may look, and not more. */
  readonly isModest?: boolean
}

/** Throws wrong-expression, with the character where it stops making sense. */
export function parseExpression(text: string, { isModest = false }: ParseOptions = {}): Evaluate {
  let parsed: ReturnType<Environment['parse']>
  try {
    if (isModest) checkLength(text)
    parsed = environment.parse(text)
    const { valid, error } = parsed.check()
    if (!valid && error !== undefined) throw error
    guardPatterns(parsed.ast)
    const found = isModest ? immodest(parsed.ast) : undefined
    if (found !== undefined) throw new Unsafe(found.why, found.node)
  } catch (cause) {
    throw celError('wrong-expression', { text, ...placeOf(cause) }, { cause })
  }
  const usesHeaders = /\bheaders\b/.test(text)
  return (record) => {
    try {
      return plain(
        parsed({
          value: record.value,
          key: record.key,
          headers: usesHeaders ? headersOf(record) : noHeaders,
          topic: record.topic,
          partition: BigInt(record.partition),
          offset: record.offset,
          timestamp: new Date(record.timestampMs),
        }),
      )
    } catch (cause) {
      throw celError('expression-failed', { text, ...placeOf(cause) }, { cause })
    }
  }
}

const noHeaders = {}

/** Headers by name, as text where they are one; of several with one name the last. */
function headersOf({ headers }: SpokenOf): Record<string, unknown> {
  return Object.fromEntries(headers.map(({ key, value }) => [key, value?.toString() ?? null]))
}

/** JSON knows no whole numbers, so `value.count + 1` mixes two kinds of numbers. */
function mixedNumbers(environment: Environment): Environment {
  const operators: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '%': (a, b) => a % b,
  }
  for (const [name, calculate] of Object.entries(operators)) {
    environment.registerOperator(`int ${name} double`, (a: bigint, b: number) =>
      calculate(Number(a), b),
    )
    environment.registerOperator(`double ${name} int`, (a: number, b: bigint) =>
      calculate(a, Number(b)),
    )
  }
  return environment
}

function checkLength(text: string): void {
  if (text.length <= mostCharacters) return
  throw new Error(
    `it has ${text.length} characters, of which a filter has at most ${mostCharacters}`,
  )
}

/** The library matches with a plain RegExp; a pattern that stands in the text can be looked at before. */
function guardPatterns(node: unknown): void {
  if (Array.isArray(node)) {
    for (const one of node) guardPatterns(one)
    return
  }
  if (!isNode(node)) return
  if (node.op === 'rcall' && node.args[0] === 'matches') {
    const [pattern] = node.args[2]
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string') {
      throw new Unsafe('matches() takes a pattern in quotation marks', node)
    }
    try {
      linearPattern(pattern.args)
    } catch (error) {
      throw new Unsafe(error instanceof Error ? error.message : String(error), node)
    }
  }
  guardPatterns(node.args)
}

class Unsafe extends Error {
  readonly range: { readonly start: number }

  constructor(message: string, { range }: ASTNode) {
    super(message)
    this.range = range
  }
}

/** Where in the text and why, from an error of the library. Characters count from 1. */
function placeOf(error: unknown): { column: number; why: string } {
  const { range, summary, message } = error as {
    range?: { start: number }
    summary?: string
    message: string
  }
  const why = (summary ?? message).replace(/\.$/, '')
  return { column: (range?.start ?? 0) + 1, why: why.charAt(0).toLowerCase() + why.slice(1) }
}

/** A result without the library's own types. */
function plain(result: unknown): unknown {
  if (typeof result !== 'object' || result === null) return result
  if (result instanceof Optional) return result.hasValue() ? plain(result.value()) : null
  if (result instanceof Uint8Array || result instanceof Date) return result
  if (Array.isArray(result)) return result.map(plain)
  if (result instanceof Map) {
    return Object.fromEntries([...result].map(([key, value]) => [String(key), plain(value)]))
  }
  if (isUnsigned(result)) return result.value
  if (isDuration(result)) return Number(result.seconds) * 1000 + result.nanos / 1e6
  return Object.fromEntries(Object.entries(result).map(([key, value]) => [key, plain(value)]))
}

function isUnsigned(value: object): value is { readonly value: bigint } {
  return value.constructor.name === 'UnsignedInt'
}

function isDuration(value: object): value is { readonly seconds: bigint; readonly nanos: number } {
  return value.constructor.name === 'Duration'
}
