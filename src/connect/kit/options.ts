/**
 * A connector's options as data: the typed values, the answers of `…/config/validate`, the form and
 * the documentation follow from one table.
 */
export type OptionType =
  | 'string'
  | 'int'
  | 'long'
  | 'short'
  | 'double'
  | 'boolean'
  | 'list'
  | 'password'
  | 'class'

export interface Option {
  readonly type: OptionType
  /** As it is written in a configuration. Without one the option is required; null means "not set". */
  readonly default?: string | null
  readonly about: string
  readonly importance: 'high' | 'medium' | 'low'
  /** The only values, compared without regard to case. */
  readonly oneOf?: readonly string[]
  /** Whoever writes it may write anything, a secret as well: the audit log does not repeat it. */
  readonly isFreeText?: boolean
  /** Of numbers, both inclusive. */
  readonly least?: number
  readonly most?: number
  /** What else is wrong with a value, as a sentence that names the cure. */
  readonly check?: (value: never) => string | undefined
  readonly group?: string
  readonly displayName?: string
  readonly width?: 'none' | 'short' | 'medium' | 'long'
  /** Options that make sense only with this one. */
  readonly dependents?: readonly string[]
}

export type Options = Readonly<Record<string, Option>>

type Typed = {
  string: string
  int: number
  /** Milliseconds and counts fit. */
  long: number
  short: number
  double: number
  boolean: boolean
  list: readonly string[]
  password: string
  class: string
}

/** The values of a table of options, by name. */
export type ValuesOf<Of extends Options> = {
  readonly [Name in keyof Of]: Of[Name] extends { readonly default: null }
    ? Typed[Of[Name]['type']] | undefined
    : Typed[Of[Name]['type']]
}
