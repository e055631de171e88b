import type { ProtobufRecord } from '../codec/message-codec.ts'

/** What the codec of google/protobuf/descriptor.proto decodes, as far as it is read here. */
export interface FileRecord {
  readonly name: string | null
  readonly package: string | null
  readonly dependency: readonly string[]
  readonly public_dependency: readonly number[]
  readonly weak_dependency: readonly number[]
  readonly message_type: readonly MessageRecord[]
  readonly enum_type: readonly EnumRecord[]
  readonly service: readonly ServiceRecord[]
  readonly extension: readonly FieldRecord[]
  readonly options: ProtobufRecord | null
  readonly syntax: string | null
  readonly edition: string | number | null
}

export interface MessageRecord {
  readonly name: string | null
  readonly field: readonly FieldRecord[]
  readonly extension: readonly FieldRecord[]
  readonly nested_type: readonly MessageRecord[]
  readonly enum_type: readonly EnumRecord[]
  readonly extension_range: readonly (RangeRecord & { readonly options: ProtobufRecord | null })[]
  readonly oneof_decl: readonly {
    readonly name: string | null
    readonly options: ProtobufRecord | null
  }[]
  readonly options: ProtobufRecord | null
  readonly reserved_range: readonly RangeRecord[]
  readonly reserved_name: readonly string[]
}

export interface RangeRecord {
  readonly start: number | null
  readonly end: number | null
}

export interface FieldRecord {
  readonly name: string | null
  readonly number: number | null
  readonly label: string | number | null
  readonly type: string | number | null
  readonly type_name: string | null
  readonly extendee: string | null
  readonly default_value: string | null
  readonly oneof_index: number | null
  readonly json_name: string | null
  readonly options: ProtobufRecord | null
  readonly proto3_optional: boolean | null
}

export interface EnumRecord {
  readonly name: string | null
  readonly value: readonly {
    readonly name: string | null
    readonly number: number | null
    readonly options: ProtobufRecord | null
  }[]
  readonly options: ProtobufRecord | null
  readonly reserved_range: readonly RangeRecord[]
  readonly reserved_name: readonly string[]
}

export interface ServiceRecord {
  readonly name: string | null
  readonly method: readonly {
    readonly name: string | null
    readonly input_type: string | null
    readonly output_type: string | null
    readonly client_streaming: boolean | null
    readonly server_streaming: boolean | null
    readonly options: ProtobufRecord | null
  }[]
  readonly options: ProtobufRecord | null
}
