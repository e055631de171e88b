import type { Symbols } from '../linked/symbols.ts'

/** Where names are looked for. */
export interface Scope {
  readonly symbols: Symbols
  /** The full name of what they are written in. */
  readonly name: string
}

/** By code units, wherever the machine stands. */
export function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
