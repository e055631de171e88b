/**
 * A .proto file as a tree: everything that its text says except comments and the places of things.
 * The kinds of a message's parts stand in lists of their own, as the canonical text has them.
 */
export interface FileElement {
  readonly syntax: 'proto2' | 'proto3' | undefined
  readonly edition: string | undefined
  /** Empty for none. */
  readonly package: string
  readonly imports: readonly ImportElement[]
  readonly options: readonly OptionElement[]
  readonly types: readonly TypeElement[]
  readonly extends: readonly ExtendElement[]
  readonly services: readonly ServiceElement[]
}

export interface ImportElement {
  readonly kind: 'plain' | 'weak' | 'public'
  readonly path: string
}

export type TypeElement = MessageElement | EnumElement

export interface MessageElement {
  readonly kind: 'message'
  readonly name: string
  readonly reserved: readonly ReservedElement[]
  readonly options: readonly OptionElement[]
  readonly fields: readonly FieldElement[]
  readonly oneofs: readonly OneofElement[]
  readonly groups: readonly GroupElement[]
  readonly extensions: readonly ExtensionsElement[]
  readonly extends: readonly ExtendElement[]
  readonly types: readonly TypeElement[]
}

export interface EnumElement {
  readonly kind: 'enum'
  readonly name: string
  readonly reserved: readonly ReservedElement[]
  readonly options: readonly OptionElement[]
  readonly constants: readonly ConstantElement[]
}

export interface ConstantElement {
  readonly name: string
  readonly number: number
  readonly options: readonly OptionElement[]
}

export type Label = 'optional' | 'required' | 'repeated'

export interface FieldElement {
  readonly label: Label | undefined
  /** As it is written; of a map, the type of its values. */
  readonly type: string
  readonly mapKey: string | undefined
  readonly name: string
  readonly number: number
  readonly defaultValue: string | undefined
  readonly jsonName: string | undefined
  readonly options: readonly OptionElement[]
}

export interface OneofElement {
  readonly name: string
  readonly options: readonly OptionElement[]
  readonly fields: readonly FieldElement[]
  readonly groups: readonly GroupElement[]
}

/** A field and its message in one (proto2). */
export interface GroupElement {
  readonly label: Label | undefined
  readonly number: number
  readonly options: readonly OptionElement[]
  readonly message: MessageElement
}

/** Both ends belong to it; without an end it is one number. */
export interface Range {
  readonly from: number
  readonly to: number | undefined
}

export interface ReservedElement {
  readonly values: readonly (Range | string)[]
}

export interface ExtensionsElement {
  readonly ranges: readonly Range[]
  readonly options: readonly OptionElement[]
}

export interface ExtendElement {
  readonly name: string
  readonly fields: readonly FieldElement[]
}

export interface ServiceElement {
  readonly name: string
  readonly options: readonly OptionElement[]
  readonly methods: readonly MethodElement[]
}

export interface MethodElement {
  readonly name: string
  readonly request: string
  readonly requestStreams: boolean
  readonly response: string
  readonly responseStreams: boolean
  readonly options: readonly OptionElement[]
}

/** `name` without the parentheses that mark it as an extension. */
export interface OptionElement {
  readonly name: string
  readonly parenthesized: boolean
  readonly value: OptionValue
}

/** A `word` is true, false, inf, nan or the constant of an enum; an `option` the rest of a dotted name. */
export type OptionValue =
  | { readonly kind: 'string' | 'number' | 'word'; readonly text: string }
  | { readonly kind: 'option'; readonly option: OptionElement }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, OptionValue> }
  | { readonly kind: 'list'; readonly items: readonly OptionValue[] }

export const emptyMessage: Omit<MessageElement, 'name'> = {
  kind: 'message',
  reserved: [],
  options: [],
  fields: [],
  oneofs: [],
  groups: [],
  extensions: [],
  extends: [],
  types: [],
}

/** What `option NAME = VALUE` says where the value is a plain one. */
export function plainOption(options: readonly OptionElement[], name: string): string | undefined {
  const found = options.findLast((option) => option.name === name && !option.parenthesized)
  return found !== undefined && 'text' in found.value ? found.value.text : undefined
}

export function isMapEntry(message: MessageElement): boolean {
  return plainOption(message.options, 'map_entry') === 'true'
}
