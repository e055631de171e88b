import { MalformedBytes } from '../../../base/bytes.ts'
import type { ProtobufRecord } from '../codec/message-codec.ts'
import { invalidSchema } from '../errors.ts'
import { isScalarName } from '../linked/model.ts'
import type { Symbols } from '../linked/symbols.ts'
import {
  type EnumElement,
  type ExtendElement,
  emptyMessage,
  type FieldElement,
  type FileElement,
  type GroupElement,
  type Label,
  type MessageElement,
  type OptionElement,
  type Range,
  type ReservedElement,
  type ServiceElement,
} from '../text/elements.ts'
import { defaultFrom } from './default-text.ts'
import { fileCodec } from './file-codec.ts'
import { optionElements } from './option-elements.ts'
import type {
  EnumRecord,
  FieldRecord,
  FileRecord,
  MessageRecord,
  RangeRecord,
  ServiceRecord,
} from './records.ts'

/**
 * The tree of a FileDescriptorProto. As in Confluent's registry types have their full names, the
 * entries of maps stay messages (their places count for the indexes of records), and options that
 * neither Protobuf nor Confluent defines are dropped.
 */
export function fileFrom(bytes: Buffer): FileElement {
  const { codec, symbols } = fileCodec()
  try {
    // descriptor.proto is what the codec was made of.
    const record = codec.decode(bytes) as unknown as FileRecord
    // Most bytes that are something else look like fields of a later version.
    if (record.name === null && record.message_type.length === 0) {
      throw new MalformedBytes('neither a file nor a message is named')
    }
    return new FileReader(record, symbols).file()
  } catch (error) {
    if (!(error instanceof MalformedBytes)) throw error
    const why = `it is neither the text of a .proto file nor a FileDescriptorProto in base64`
    throw invalidSchema(`${why}: ${error.message}`, '', error)
  }
}

class FileReader {
  readonly #record: FileRecord
  readonly #symbols: Symbols
  readonly #isProto3: boolean

  constructor(record: FileRecord, symbols: Symbols) {
    this.#record = record
    this.#symbols = symbols
    this.#isProto3 = record.syntax === 'proto3'
  }

  file(): FileElement {
    const record = this.#record
    const publicOnes = new Set(record.public_dependency)
    const weakOnes = new Set(record.weak_dependency)
    return {
      ...syntaxOf(record),
      package: record.package === null || record.package === '' ? '' : fullName(record.package),
      imports: record.dependency.map((path, index) => ({
        kind: publicOnes.has(index) ? 'public' : weakOnes.has(index) ? 'weak' : 'plain',
        path,
      })),
      options: this.#options('FileOptions', record.options),
      types: [
        ...record.message_type.map((message) => this.#message(message)),
        ...record.enum_type.map((one) => this.#enum(one)),
      ],
      extends: this.#extends(record.extension),
      services: record.service.map((service) => this.#service(service)),
    }
  }

  #message(record: MessageRecord): MessageElement {
    const isGroup = (field: FieldRecord) => field.type === 'TYPE_GROUP'
    const groupTypes = new Set(
      record.field.filter(isGroup).map((field) => lastName(field.type_name)),
    )
    const messages = record.nested_type.map((message) => this.#message(message))
    const oneofOf = (field: FieldRecord) => (field.proto3_optional ? null : field.oneof_index)
    const byOneof = Map.groupBy(record.field, oneofOf)
    const partsOf = (oneof: number | null) => {
      const own = byOneof.get(oneof) ?? []
      return {
        fields: own
          .filter((field) => !isGroup(field))
          .map((field) => this.#field(field, oneof !== null)),
        groups: own.filter(isGroup).map((field) => this.#group(field, messages)),
      }
    }
    return {
      ...emptyMessage,
      name: name(record.name),
      reserved: reserved(record, beforeEnd),
      options: this.#options('MessageOptions', record.options),
      ...partsOf(null),
      oneofs: record.oneof_decl
        .map((oneof, index) => ({
          name: name(oneof.name),
          options: this.#options('OneofOptions', oneof.options),
          ...partsOf(index),
        }))
        // Those of proto3's optional fields are the compilers' own.
        .filter(({ fields, groups }) => fields.length + groups.length > 0),
      extensions: record.extension_range.map((range) => ({
        ranges: [beforeEnd(range)],
        options: this.#options('ExtensionRangeOptions', range.options),
      })),
      extends: this.#extends(record.extension),
      types: [
        ...messages.filter((message) => !groupTypes.has(message.name)),
        ...record.enum_type.map((one) => this.#enum(one)),
      ],
    }
  }

  #group(field: FieldRecord, messages: readonly MessageElement[]): GroupElement {
    const message = messages.find((one) => one.name === lastName(field.type_name))
    if (message === undefined) {
      throw invalidSchema(`the group '${name(field.name)}' has its message elsewhere`)
    }
    return {
      label: field.oneof_index === null ? labelOf(field) : undefined,
      number: field.number ?? 0,
      options: this.#options('FieldOptions', field.options),
      message,
    }
  }

  #field(record: FieldRecord, inOneof: boolean): FieldElement {
    const type = record.type_name === null ? scalarOf(record) : fullName(record.type_name)
    const label = labelOf(record)
    const isPlain =
      inOneof || ((this.#isProto3 || this.#record.syntax === 'editions') && label === 'optional')
    return {
      label: isPlain && !record.proto3_optional ? undefined : label,
      type,
      mapKey: undefined,
      name: name(record.name),
      number: record.number ?? 0,
      defaultValue:
        record.default_value === null || this.#isProto3
          ? undefined
          : defaultOf(record.default_value, type),
      jsonName: record.json_name ?? undefined,
      options: this.#options('FieldOptions', record.options),
    }
  }

  #enum(record: EnumRecord): EnumElement {
    return {
      kind: 'enum',
      name: name(record.name),
      // Unlike those of messages, these ranges hold their end.
      reserved: reserved(record, ({ start, end }) => range(start ?? 0, end ?? 0)),
      options: this.#options('EnumOptions', record.options),
      constants: record.value.map((value) => ({
        name: name(value.name),
        number: value.number ?? 0,
        options: this.#options('EnumValueOptions', value.options),
      })),
    }
  }

  #extends(fields: readonly FieldRecord[]): ExtendElement[] {
    const byMessage = Map.groupBy(fields, ({ extendee }) => fullName(extendee))
    return [...byMessage].map(([extended, found]) => ({
      name: extended,
      fields: found.map((field) => this.#field(field, false)),
    }))
  }

  #service(record: ServiceRecord): ServiceElement {
    return {
      name: name(record.name),
      options: this.#options('ServiceOptions', record.options),
      methods: record.method.map((method) => ({
        name: name(method.name),
        request: fullName(method.input_type),
        requestStreams: method.client_streaming === true,
        response: fullName(method.output_type),
        responseStreams: method.server_streaming === true,
        options: this.#options('MethodOptions', method.options),
      })),
    }
  }

  #options(message: string, record: ProtobufRecord | null): OptionElement[] {
    return optionElements(`google.protobuf.${message}`, record, this.#symbols)
  }
}

function syntaxOf({ syntax, edition }: FileRecord): Pick<FileElement, 'syntax' | 'edition'> {
  if (syntax === 'editions') {
    const year = /^EDITION_(\d{4})$/.exec(String(edition))?.[1]
    if (year === '2023' || year === '2024') return { syntax: undefined, edition: year }
    throw invalidSchema(`its edition is '${edition}'; 2023 and 2024 are known`)
  }
  if (syntax === null || syntax === '') return { syntax: undefined, edition: undefined }
  if (syntax === 'proto2' || syntax === 'proto3') return { syntax, edition: undefined }
  throw invalidSchema(`its syntax is unknown; proto2, proto3 and editions are known`)
}

function labelOf({ label }: FieldRecord): Label {
  if (label === 'LABEL_REQUIRED') return 'required'
  return label === 'LABEL_REPEATED' ? 'repeated' : 'optional'
}

function scalarOf({ type, name: field }: FieldRecord): string {
  const scalar = String(type).replace('TYPE_', '').toLowerCase()
  if (isScalarName(scalar)) return scalar
  throw invalidSchema(`the field '${field}' has no type`)
}

function reserved(
  record: Pick<MessageRecord, 'reserved_range' | 'reserved_name'>,
  rangeOf: (range: RangeRecord) => Range,
): ReservedElement[] {
  return [...record.reserved_range.map(rangeOf), ...record.reserved_name].map((value) => ({
    values: [value],
  }))
}

function beforeEnd({ start, end }: RangeRecord): Range {
  return range(start ?? 0, (end ?? 0) - 1)
}

function range(from: number, to: number): Range {
  return { from, to: from === to ? undefined : to }
}

function defaultOf(text: string, type: string): string {
  const isText = type === 'string' || type === 'bytes'
  if (isText || /^-?[\w.+-]{1,100}$/.test(text)) return defaultFrom(text, type)
  throw invalidSchema(`a default is no value of type '${type}'`)
}

/** Names in descriptors are any strings; only those of the language become text. */
function name(value: string | null): string {
  if (value !== null && /^[A-Za-z_]\w*$/.test(value)) return value
  throw invalidSchema('a name in it is no name of a .proto file')
}

function fullName(value: string | null): string {
  if (value !== null && /^\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(value)) return value
  throw invalidSchema('the name of a type in it is no name of a .proto file')
}

function lastName(typeName: string | null): string {
  return (typeName ?? '').slice((typeName ?? '').lastIndexOf('.') + 1)
}
