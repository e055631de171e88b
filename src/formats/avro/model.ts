/**
 * A parsed Avro schema: a graph, since a name stands for the type it names. What is not written
 * `readonly` is set a moment after its type is made, because Avro lets a name come before its type.
 */
import type { JsonNode, JsonObject } from '../schemas/json-tree.ts'

const primitiveKinds = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
] as const

export type PrimitiveKind = (typeof primitiveKinds)[number]
export type NamedType = RecordType | EnumType | FixedType
export type AvroType = PrimitiveType | ArrayType | MapType | UnionType | NamedType

export interface AvroName {
  readonly simple: string
  readonly space: string | undefined
  readonly full: string
}

interface Described {
  /** All attributes that Avro gives no meaning to, `logicalType` and its like among them. */
  readonly properties: JsonObject
}

export interface PrimitiveType extends Described {
  readonly kind: PrimitiveKind
}

export interface ArrayType extends Described {
  readonly kind: 'array'
  items: AvroType
}

export interface MapType extends Described {
  readonly kind: 'map'
  values: AvroType
}

export interface UnionType {
  readonly kind: 'union'
  readonly branches: AvroType[]
}

interface Named extends Described {
  readonly name: AvroName
  readonly doc: string | undefined
  readonly aliases: readonly AvroName[]
}

export interface RecordType extends Named {
  readonly kind: 'record'
  readonly isError: boolean
  readonly fields: readonly Field[]
}

export interface EnumType extends Named {
  readonly kind: 'enum'
  readonly symbols: readonly string[]
  readonly default: string | undefined
}

export interface FixedType extends Named {
  readonly kind: 'fixed'
  readonly sizeBytes: number
}

export const fieldOrders = ['ascending', 'descending', 'ignore'] as const

export interface Field extends Described {
  readonly name: string
  type: AvroType
  readonly doc: string | undefined
  /** The default as the schema writes it; a JSON null is one too. */
  default: JsonNode | undefined
  readonly order: (typeof fieldOrders)[number]
  readonly aliases: readonly string[]
}

export function isPrimitiveKind(name: string): name is PrimitiveKind {
  return (primitiveKinds as readonly string[]).includes(name)
}

export function isNamed(type: AvroType): type is NamedType {
  return type.kind === 'record' || type.kind === 'enum' || type.kind === 'fixed'
}

/** What a union tells its branches apart by. */
export function nameOf(type: AvroType): string {
  return isNamed(type) ? type.name.full : type.kind
}

/** `name` may have its namespace in front; else it is in `space`. */
export function avroName(name: string, space: string | undefined): AvroName {
  const dot = name.lastIndexOf('.')
  const simple = name.slice(dot + 1)
  const itsSpace = (dot < 0 ? space : name.slice(0, dot)) || undefined
  return {
    simple,
    space: itsSpace,
    full: itsSpace === undefined ? simple : `${itsSpace}.${simple}`,
  }
}

const typeWords: readonly string[] = ['record', 'enum', 'array', 'map', 'union', 'fixed']

/** The shortest text that means this name inside a namespace. */
export function nameWithin({ simple, space, full }: AvroName, outer: string | undefined): string {
  const isOurs = space !== undefined && space === outer
  return isOurs && !isPrimitiveKind(simple) && !typeWords.includes(simple) ? simple : full
}
