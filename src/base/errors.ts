/**
 * Expected failures, as data. Each room lists its own in a catalogue: a code, a sentence that
 * speaks to whoever must act, and the facts it needs. Edges alone translate them (a Kafka error
 * code, an MQTT reason code, an HTTP status, an exit code). Our own bugs are `assert`ions, never
 * entries here.
 */

export interface Entry<Facts> {
  /** What happened, where, and the cure, in whole sentences. */
  readonly says: (facts: Facts) => string
  /** Whether the same call may succeed later without anybody acting. */
  readonly retriable?: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: the facts of an entry are inferred from its sentence.
type Entries = Record<string, Entry<any>>
type FactsOf<Item> = Item extends Entry<infer Facts> ? Facts : never

export class LeatError extends Error {
  readonly code: string
  readonly facts: unknown
  readonly retriable: boolean

  constructor(
    code: string,
    message: string,
    options: { facts?: unknown; retriable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'LeatError'
    this.code = code
    this.facts = options.facts
    this.retriable = options.retriable ?? false
  }
}

/** Makes the constructor of a room's errors from its catalogue. */
export function catalogue<const Of extends Entries>(entries: Of) {
  return <Code extends keyof Of & string>(
    code: Code,
    facts: FactsOf<Of[Code]>,
    options: { cause?: unknown } = {},
  ): LeatError => {
    const entry = entries[code] as Entry<unknown>
    return new LeatError(code, entry.says(facts), {
      facts,
      retriable: entry.retriable ?? false,
      ...options,
    })
  }
}

/** Whether an error is the expected failure of this code. */
export function isError(error: unknown, code: string): error is LeatError {
  return error instanceof LeatError && error.code === code
}

/** Whether an error is an expected failure after which the same call may succeed. */
export function isRetriable(error: unknown): error is LeatError {
  return error instanceof LeatError && error.retriable
}

/** The `code` of an error of Node's (`ENOSPC`, `EADDRINUSE`, …), if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}
