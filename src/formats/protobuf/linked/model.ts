import type { EnumElement, FieldElement, MessageElement } from '../text/elements.ts'
import type { Features } from './features.ts'

/** What the names in a file's tree stand for, across all files that it refers to. */
export interface LinkedFile {
  /** As imports name it; empty for the schema's own file. */
  readonly name: string
  readonly package: string
}

export type LinkedType = LinkedMessage | LinkedEnum

export interface LinkedEnum {
  readonly kind: 'enum'
  readonly fullName: string
  readonly file: LinkedFile
  readonly element: EnumElement
}

export interface LinkedMessage {
  readonly kind: 'message'
  readonly fullName: string
  readonly file: LinkedFile
  readonly element: MessageElement
  readonly isMapEntry: boolean
  readonly features: Features
  /** In the order of the text, oneofs and groups behind, then what other places extend it by. */
  readonly fields: readonly LinkedField[]
}

export type ScalarName =
  | 'double'
  | 'float'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'sint32'
  | 'sint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed32'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes'

export type FieldType = { readonly kind: 'scalar'; readonly name: ScalarName } | LinkedType

export interface LinkedField {
  /** The key in a record: of an extension its full name in brackets, of a group in small letters. */
  readonly name: string
  readonly number: number
  readonly element: FieldElement
  readonly type: FieldType
  /** Of a map, the type of its keys; then `type` is that of its values. */
  readonly mapKey: ScalarName | undefined
  readonly repeated: boolean
  /** Implicit: a zero value and no value are the same. */
  readonly presence: 'implicit' | 'explicit' | 'required'
  readonly oneof: string | undefined
  readonly packed: boolean
  /** Said as a group, of which only proto2 has any. */
  readonly isGroup: boolean
  /** Written as a group, between two tags. */
  readonly delimited: boolean
  readonly checksUtf8: boolean
}

const scalarNames: ReadonlySet<string> = new Set<ScalarName>([
  'double',
  'float',
  'int32',
  'int64',
  'uint32',
  'uint64',
  'sint32',
  'sint64',
  'fixed32',
  'fixed64',
  'sfixed32',
  'sfixed64',
  'bool',
  'string',
  'bytes',
])

export function isScalarName(name: string): name is ScalarName {
  return scalarNames.has(name)
}
