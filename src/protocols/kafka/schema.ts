/**
 * The little language in which `apis/` describes Kafka's messages.
 *
 * A schema is plain data: an object whose keys are the names of fields, in wire order. From it come
 * the TypeScript types (`MessageOf` what is read, `Draft` what is written), the codec (`codec.ts`)
 * and the test that compares every schema with the definitions inside Apache Kafka's own jar.
 *
 * One message type covers all versions: a field that a version lacks reads as its default.
 */
export interface Range {
  readonly from: number
  readonly to: number
}

export type Kind =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint16'
  | 'float64'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records'
  | 'array'
  | 'struct'

/** Everything that a field's line says. */
export interface Shape {
  readonly kind: Kind
  readonly versions: Range
  /** The versions in which the field may be null. */
  readonly nullable: Range | undefined
  readonly tag: number | undefined
  /** The versions in which the field travels as a tagged one. */
  readonly tagged: Range | undefined
  readonly fallback: unknown
  /** Whether a value is dropped in silence where the version has no such field. */
  readonly ignorable: boolean
  /** Of an array: what it holds. */
  readonly element: AnyField | undefined
  /** Of a struct: what it holds. */
  readonly fields: Schema | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: a schema holds fields of every type; the types of one field are read from it with `infer`.
export type AnyField = Field<any, any, boolean>

export interface Schema {
  readonly [name: string]: AnyField
}

/** A message as it is read: every field is there. */
export type MessageOf<S extends Schema> = {
  -readonly [Name in keyof S]: S[Name] extends Field<infer Value, infer _, boolean> ? Value : never
}

/** A message as it is written: a field with a default, or not in all versions, may be left out. */
export type Draft<S extends Schema> = {
  readonly [Name in keyof S as S[Name] extends Field<infer _V, infer _I, true>
    ? never
    : Name]: InputOf<S[Name]>
} & {
  readonly [Name in keyof S as S[Name] extends Field<infer _V, infer _I, true> ? Name : never]?:
    | InputOf<S[Name]>
    | undefined
}

type InputOf<Of> = Of extends Field<infer _, infer Input, boolean> ? Input : never

const always: Range = { from: 0, to: Number.POSITIVE_INFINITY }

/** One field; each method returns a changed copy, so that a line reads from left to right. */
export class Field<Value, Input = Value, Optional extends boolean = false> {
  declare readonly types: {
    readonly value: Value
    readonly input: Input
    readonly optional: Optional
  }
  readonly shape: Shape

  constructor(shape: Shape) {
    this.shape = shape
  }

  /** The first version that has the field. */
  since(version: number): Field<Value, Input, true> {
    return this.#with({ versions: { from: version, to: this.shape.versions.to } })
  }

  /** The last version that has the field. */
  until(version: number): Field<Value, Input, true> {
    return this.#with({ versions: { from: this.shape.versions.from, to: version } })
  }

  nullable(since = 0): Field<Value | null, Input | null, Optional> {
    return this.#with({ nullable: { from: since, to: always.to } })
  }

  /** The field travels behind the others, with this number, and only if it is not its default. */
  tagged(tag: number, since = 0): Field<Value, Input, true> {
    return this.#with({ tag, tagged: { from: since, to: always.to } })
  }

  /** What is meant when the field is absent; without this line it is zero, false or empty. */
  default(fallback: Value): Field<Value, Input, true> {
    return this.#with({ fallback })
  }

  /** Versions without the field leave it out in silence; else a value there is an error. */
  ignorable(): Field<Value, Input, Optional> {
    return this.#with({ ignorable: true })
  }

  #with<V, I, O extends boolean>(change: Partial<Shape>): Field<V, I, O> {
    return new Field<V, I, O>({ ...this.shape, ...change })
  }
}

export const bool = field('bool', false)
export const int8 = field('int8', 0)
export const int16 = field('int16', 0)
export const int32 = field('int32', 0)
export const int64 = field('int64', 0n)
export const uint16 = field('uint16', 0)
export const float64 = field('float64', 0)
export const string = field('string', '')
/** 16 bytes; all zero means none. */
export const uuid = field<Buffer>('uuid', Buffer.alloc(16))
export const bytes = field<Buffer>('bytes', Buffer.alloc(0))
/** Record batches: read as a view into the frame, not as a copy. */
export const records = field<Buffer>('records', Buffer.alloc(0))

export function struct<S extends Schema>(fields: S): Field<MessageOf<S>, Draft<S>> {
  return field('struct', Object.freeze(blank(fields)), { fields })
}

export function array<S extends Schema>(
  fields: S,
): Field<readonly MessageOf<S>[], readonly Draft<S>[]>
export function array<Value, Input>(
  element: Field<Value, Input>,
): Field<readonly Value[], readonly Input[]>
export function array(of: Schema | AnyField): AnyField {
  return field<readonly unknown[]>('array', Object.freeze([]), {
    element: of instanceof Field ? of : struct(of),
  })
}

/** A message in which every field has its default. */
export function blank<S extends Schema>(schema: S): MessageOf<S> {
  return Object.fromEntries(
    Object.entries(schema).map(([name, { shape }]) => [name, shape.fallback]),
  ) as MessageOf<S>
}

/** One message in its versions: the request or response of an API, or a struct inside `bytes`. */
export interface Layout<S extends Schema> {
  readonly name: string
  readonly versions: Range
  /** The first version with compact lengths and tagged fields (KIP-482); `Infinity` if none. */
  readonly flexible: number
  readonly schema: S
}

export interface Api<Request extends Schema = Schema, Response extends Schema = Schema> {
  readonly key: number
  readonly name: string
  readonly versions: Range
  readonly flexible: number
  readonly request: Request
  readonly response: Response
}

export function api<Request extends Schema, Response extends Schema>(
  description: Api<Request, Response>,
): Api<Request, Response> {
  return description
}

export function layout<S extends Schema>(description: Layout<S>): Layout<S> {
  return description
}

export function covers(range: Range | undefined, version: number): boolean {
  return range !== undefined && version >= range.from && version <= range.to
}

function field<Value, Input = Value>(
  kind: Kind,
  fallback: Value,
  of: { element?: AnyField; fields?: Schema } = {},
): Field<Value, Input> {
  return new Field<Value, Input>({
    kind,
    fallback,
    versions: always,
    nullable: undefined,
    tag: undefined,
    tagged: undefined,
    ignorable: false,
    element: of.element,
    fields: of.fields,
  })
}
