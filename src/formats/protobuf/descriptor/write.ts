import assert from 'node:assert'
import type { ProtobufRecord } from '../codec/message-codec.ts'
import { groupField } from '../linked/link-fields.ts'
import type { Loaded } from '../linked/load.ts'
import { isScalarName } from '../linked/model.ts'
import { join, type Symbols } from '../linked/symbols.ts'
import type {
  EnumElement,
  FieldElement,
  FileElement,
  GroupElement,
  MessageElement,
  OptionElement,
  Range,
  ServiceElement,
  TypeElement,
} from '../text/elements.ts'
import { defaultText } from './default-text.ts'
import { fileCodec } from './file-codec.ts'
import { type OptionNames, optionsRecord } from './options-record.ts'

/** As Confluent's registry calls a schema's own file. */
const ownName = 'default'

/** A schema as the FileDescriptorProto that compilers make of it. */
export function descriptorOf({ element, symbols, imported }: Loaded): Buffer {
  const { codec, ...options } = fileCodec(new Map([...imported, [ownName, element]]))
  return codec.encode(fileRecord(element, new Set(imported.keys()), { symbols, options }))
}

interface Names {
  readonly symbols: Symbols
  readonly options: OptionNames
}

function fileRecord(
  file: FileElement,
  imported: ReadonlySet<string>,
  names: Names,
): ProtobufRecord {
  const imports = file.imports.filter(({ path }) => imported.has(path))
  const indexesOf = (kind: string) =>
    imports.flatMap((one, index) => (one.kind === kind ? [index] : []))
  const writer = new Writer(file, names)
  return {
    name: ownName,
    package: file.package === '' ? null : file.package,
    dependency: imports.map(({ path }) => path),
    public_dependency: indexesOf('public'),
    weak_dependency: indexesOf('weak'),
    ...writer.types(file.types, [], 'message_type', file.package),
    service: file.services.map((service) => writer.service(service)),
    extension: writer.extensions(file, file.package),
    options: writer.options('FileOptions', file.options, file.package),
    syntax: file.edition === undefined ? file.syntax : 'editions',
    edition: file.edition === undefined ? null : `EDITION_${file.edition}`,
  }
}

class Writer {
  readonly #file: FileElement
  readonly #names: Names

  constructor(file: FileElement, names: Names) {
    this.#file = file
    this.#names = names
  }

  types(
    types: readonly TypeElement[],
    groups: readonly GroupElement[],
    key: 'message_type' | 'nested_type',
    scope: string,
  ): ProtobufRecord {
    const messages = types.filter((type) => type.kind === 'message')
    const enums = types.filter((type) => type.kind === 'enum')
    return {
      [key]: [...messages, ...groups.map(({ message }) => message)].map((message) =>
        this.#message(message, join(scope, message.name)),
      ),
      enum_type: enums.map((type) => this.#enum(type, scope)),
    }
  }

  service({ name, options, methods }: ServiceElement): ProtobufRecord {
    const scope = this.#file.package
    return {
      name,
      method: methods.map((method) => ({
        name: method.name,
        input_type: this.#full(method.request, scope),
        output_type: this.#full(method.response, scope),
        client_streaming: method.requestStreams || null,
        server_streaming: method.responseStreams || null,
        options: this.options('MethodOptions', method.options, scope),
      })),
      options: this.options('ServiceOptions', options, scope),
    }
  }

  extensions({ extends: declared }: Pick<FileElement, 'extends'>, scope: string): ProtobufRecord[] {
    return declared.flatMap(({ name, fields }) =>
      fields.map((field) => ({
        ...this.#field(field, scope),
        extendee: this.#full(name, scope),
      })),
    )
  }

  options(
    message: string,
    options: readonly OptionElement[],
    scope: string,
  ): ProtobufRecord | null {
    return optionsRecord(message, options, this.#names.options, scope)
  }

  #message(message: MessageElement, fullName: string): ProtobufRecord {
    const groups = [...message.groups, ...message.oneofs.flatMap((oneof) => oneof.groups)]
    const inner = this.types(message.types, groups, 'nested_type', fullName)
    const maps = message.fields.filter(({ mapKey }) => mapKey !== undefined)
    const optional = message.fields.filter((field) => this.#isProto3Optional(field))
    const oneofOf = new Map(optional.map((field, index) => [field, message.oneofs.length + index]))
    return {
      name: message.name,
      ...inner,
      nested_type: [
        ...(inner.nested_type as ProtobufRecord[]),
        ...maps.map((field) => this.#entry(field, fullName)),
      ],
      field: [
        ...message.fields.map((field) => ({
          ...this.#field(field, fullName),
          ...(oneofOf.has(field) && { proto3_optional: true, oneof_index: oneofOf.get(field) }),
        })),
        ...message.groups.map((group) => this.#field(groupField(group), fullName, 'TYPE_GROUP')),
        ...message.oneofs.flatMap(({ fields, groups: inside }, index) => [
          ...fields.map((field) => ({ ...this.#field(field, fullName), oneof_index: index })),
          ...inside.map((group) => ({
            ...this.#field(groupField(group), fullName, 'TYPE_GROUP'),
            oneof_index: index,
          })),
        ]),
      ],
      oneof_decl: [
        ...message.oneofs.map(({ name, options }) => ({
          name,
          options: this.options('OneofOptions', options, fullName),
        })),
        // Presence in proto3 is told by a oneof of one field.
        ...optional.map(({ name }) => ({ name: `_${name}` })),
      ],
      extension: this.extensions(message, fullName),
      extension_range: message.extensions.flatMap(({ ranges, options }) =>
        ranges.map((range) => ({
          ...beforeEnd(range),
          options: this.options('ExtensionRangeOptions', options, fullName),
        })),
      ),
      options: this.options('MessageOptions', message.options, fullName),
      ...reservedRecord(message, beforeEnd),
    }
  }

  /** A map is a repeated message of its entries. */
  #entry(field: FieldElement, fullName: string): ProtobufRecord {
    const plain = { ...field, mapKey: undefined, label: 'optional', options: [] } as const
    return {
      name: entryName(field.name),
      field: [
        this.#field({ ...plain, type: field.mapKey ?? '', name: 'key', number: 1 }, fullName),
        this.#field({ ...plain, name: 'value', number: 2 }, fullName),
      ],
      options: { map_entry: true },
    }
  }

  #field(field: FieldElement, scope: string, group?: 'TYPE_GROUP'): ProtobufRecord {
    const isMap = field.mapKey !== undefined
    const type = isScalarName(field.type)
      ? undefined
      : this.#names.symbols.resolveType(field.type, scope)
    const kind = isMap || type?.kind === 'message' ? 'message' : (type?.kind ?? field.type)
    const label = isMap ? 'repeated' : (field.label ?? 'optional')
    return {
      name: field.name,
      number: field.number,
      label: `LABEL_${label.toUpperCase()}`,
      type: group ?? `TYPE_${kind.toUpperCase()}`,
      type_name: isMap
        ? `.${join(scope, entryName(field.name))}`
        : type === undefined
          ? null
          : `.${type.fullName}`,
      default_value:
        field.defaultValue === undefined ? null : defaultText(field.defaultValue, field.type),
      json_name: field.jsonName,
      options: this.options('FieldOptions', field.options, scope),
    }
  }

  #enum(type: EnumElement, scope: string): ProtobufRecord {
    return {
      name: type.name,
      value: type.constants.map(({ name, number, options }) => ({
        name,
        number,
        options: this.options('EnumValueOptions', options, scope),
      })),
      options: this.options('EnumOptions', type.options, scope),
      // Unlike those of messages, these ranges hold their end.
      ...reservedRecord(type, ({ from, to }) => ({ start: from, end: to ?? from })),
    }
  }

  #isProto3Optional({ label }: FieldElement): boolean {
    return this.#file.syntax === 'proto3' && label === 'optional'
  }

  #full(name: string, scope: string): string {
    const type = this.#names.symbols.resolveType(name, scope)
    assert(type, `${name} was linked before`)
    return `.${type.fullName}`
  }
}

function beforeEnd({ from, to }: Range): ProtobufRecord {
  return { start: from, end: (to ?? from) + 1 }
}

function reservedRecord(
  { reserved }: Pick<MessageElement, 'reserved'>,
  range: (range: Range) => ProtobufRecord,
): ProtobufRecord {
  const values = reserved.flatMap((one) => one.values)
  return {
    reserved_range: values.flatMap((value) => (typeof value === 'string' ? [] : [range(value)])),
    reserved_name: values.filter((value) => typeof value === 'string'),
  }
}

/** As protoc names the entries of a map: `power_by_phase` has PowerByPhaseEntry. */
function entryName(field: string): string {
  const camel = field.replace(/(?:^|_)([a-z0-9]?)/g, (_whole, first: string) => first.toUpperCase())
  return `${camel}Entry`
}
