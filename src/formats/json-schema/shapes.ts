/**
 * What a JSON schema asks for, sorted by the kind of value: the form in which two schemas are compared.
 * It follows the model that Confluent's registry compares (everit's), since the verdicts depend on it.
 */
import type { JsonObject } from '../schemas/json-tree.ts'

export type Shape =
  | AnyShape
  | CombinedShape
  | NotShape
  | EnumShape
  | NumberShape
  | StringShape
  | ObjectShape
  | ArrayShape

/** Gets a shape when it is needed: schemas refer to themselves. */
export type LateShape = () => Shape

interface Common {
  /** The keywords that no kind of value has taken, `connect.type` among them. */
  readonly node: JsonObject
  /** Two shapes of one schema that have the same text here ask for the same. */
  readonly text: string
}

/** Kinds that have nothing to be compared but themselves. `empty` takes everything, `false` nothing. */
export interface AnyShape extends Common {
  readonly kind: 'empty' | 'true' | 'false' | 'boolean' | 'null' | 'conditional'
}

export interface CombinedShape extends Common {
  readonly kind: 'combined'
  readonly criterion: 'allOf' | 'anyOf' | 'oneOf'
  readonly parts: readonly LateShape[]
}

export interface NotShape extends Common {
  readonly kind: 'not'
  readonly not: LateShape
}

export interface EnumShape extends Common {
  readonly kind: 'enum' | 'const'
  /** Each value as text, keys sorted. */
  readonly values: ReadonlySet<string>
}

export interface NumberShape extends Common {
  readonly kind: 'number'
  readonly isWhole: boolean
}

export interface StringShape extends Common {
  readonly kind: 'string'
}

/** What may stand in an object or an array beside what is named: nothing, anything, or what fits. */
export type Rest = 'nothing' | 'anything' | LateShape

export interface ObjectShape extends Common {
  readonly kind: 'object'
  readonly properties: ReadonlyMap<string, Property>
  readonly patterns: readonly { readonly pattern: string; readonly shape: LateShape }[]
  readonly required: ReadonlySet<string>
  readonly additional: Rest
  readonly unevaluated: LateShape | undefined
  readonly requiredWith: ReadonlyMap<string, ReadonlySet<string>>
  readonly shapesWith: ReadonlyMap<string, LateShape>
}

export interface Property {
  readonly shape: LateShape
  readonly hasDefault: boolean
}

export interface ArrayShape extends Common {
  readonly kind: 'array'
  /** Of every item, where no items are named by their place. */
  readonly every: LateShape | undefined
  readonly items: readonly LateShape[]
  readonly additional: Rest
  readonly unevaluated: LateShape | undefined
  readonly leastContained: number | undefined
  readonly mostContained: number | undefined
}
