import { isScalarName } from '../linked/model.ts'
import { join, type Symbols } from '../linked/symbols.ts'
import {
  type ConstantElement,
  type EnumElement,
  type ExtendElement,
  type FieldElement,
  type FileElement,
  type GroupElement,
  isMapEntry,
  type MessageElement,
  type OneofElement,
  type Range,
  type ReservedElement,
  type TypeElement,
} from '../text/elements.ts'
import { specialOptions } from '../text/print.ts'
import { normalizedOptions } from './options.ts'
import { compare, type Scope } from './scope.ts'

/**
 * The same tree for all ways to write the same schema, as Confluent's registry normalizes: names in
 * full, fields, constants and reserved numbers by number, options by name, entries of maps as maps.
 * The order of messages stays: records name their message by it.
 */
export function normalize(file: FileElement, symbols: Symbols): FileElement {
  const scope: Scope = { symbols, name: file.package }
  return {
    ...file,
    syntax: file.syntax === 'proto3' ? 'proto3' : undefined,
    imports: uniqueImports(file),
    options: normalizedOptions(file.options, scope),
    types: typesOf(file.types, scope),
    extends: extendsOf(file.extends, scope),
    services: file.services.map((service) => ({
      ...service,
      options: normalizedOptions(service.options, scope),
      methods: service.methods.map((method) => ({
        ...method,
        request: fullType(method.request, scope),
        response: fullType(method.response, scope),
        options: normalizedOptions(method.options, scope),
      })),
    })),
  }
}

function uniqueImports({ imports }: FileElement): FileElement['imports'] {
  const byPath = new Map(imports.map((one) => [`${one.kind} ${one.path}`, one]))
  return [...byPath.values()].sort((one, other) => compare(one.path, other.path))
}

function typesOf(types: readonly TypeElement[], scope: Scope): TypeElement[] {
  return types
    .filter((type) => type.kind === 'enum' || !isMapEntry(type))
    .map((type) => (type.kind === 'enum' ? enumOf(type, scope) : messageOf(type, scope)))
}

function messageOf(message: MessageElement, outer: Scope): MessageElement {
  const scope = { ...outer, name: join(outer.name, message.name) }
  return {
    ...message,
    reserved: reservedOf(message.reserved),
    options: normalizedOptions(message.options, scope),
    fields: fieldsOf(message.fields, scope),
    oneofs: message.oneofs
      .filter(({ fields, groups }) => fields.length + groups.length > 0)
      .map((oneof) => oneofOf(oneof, scope))
      .sort((one, other) => firstNumber(one) - firstNumber(other)),
    groups: groupsOf(message.groups, scope),
    extensions: message.extensions
      .flatMap(({ ranges, options }) =>
        ranges.map((range) => ({
          ranges: [shortest(range)],
          options: normalizedOptions(options, scope),
        })),
      )
      .sort(({ ranges: [one] }, { ranges: [other] }) => (one?.from ?? 0) - (other?.from ?? 0)),
    extends: extendsOf(message.extends, scope),
    types: typesOf(message.types, scope),
  }
}

function enumOf(type: EnumElement, scope: Scope): EnumElement {
  return {
    ...type,
    reserved: reservedOf(type.reserved),
    options: normalizedOptions(type.options, scope),
    constants: type.constants
      .map((constant) => ({ ...constant, options: normalizedOptions(constant.options, scope) }))
      .sort(byNumberAndName),
  }
}

function byNumberAndName(one: ConstantElement, other: ConstantElement): number {
  return one.number - other.number || compare(one.name, other.name)
}

function oneofOf(oneof: OneofElement, scope: Scope): OneofElement {
  return {
    ...oneof,
    options: normalizedOptions(oneof.options, scope),
    fields: fieldsOf(oneof.fields, scope),
    groups: groupsOf(oneof.groups, scope),
  }
}

function firstNumber({ fields: [field], groups: [group] }: OneofElement): number {
  return field?.number ?? group?.number ?? 0
}

function groupsOf(groups: readonly GroupElement[], scope: Scope): GroupElement[] {
  return groups
    .map((group) => ({
      ...group,
      options: normalizedOptions(group.options, scope),
      message: messageOf(group.message, scope),
    }))
    .sort((one, other) => one.number - other.number)
}

/** One declaration for each message that is extended. */
function extendsOf(declared: readonly ExtendElement[], scope: Scope): ExtendElement[] {
  const byMessage = Map.groupBy(
    declared.flatMap(({ name, fields }) =>
      fields.map((field) => ({ name: fullType(name, scope), field })),
    ),
    ({ name }) => name,
  )
  return [...byMessage].map(([name, found]) => ({
    name,
    fields: fieldsOf(
      found.map(({ field }) => field),
      scope,
    ),
  }))
}

function fieldsOf(fields: readonly FieldElement[], scope: Scope): FieldElement[] {
  return fields
    .map((field) => ({
      ...asMap(field, scope),
      defaultValue: undefined,
      jsonName: undefined,
      options: normalizedOptions([...field.options, ...specialOptions(field)], scope),
    }))
    .sort((one, other) => one.number - other.number)
}

/** Its type in full; entries of a map become the map. */
function asMap(field: FieldElement, scope: Scope): FieldElement {
  const type = isScalarName(field.type)
    ? undefined
    : scope.symbols.resolveType(field.type, scope.name)
  if (type === undefined) return field
  if (type.kind === 'message' && type.isMapEntry && field.label === 'repeated') {
    const [key, value] = [1, 2].map((number) =>
      type.element.fields.find((one) => one.number === number),
    )
    if (key !== undefined && value !== undefined) {
      const inner = { ...scope, name: type.fullName }
      const full = isScalarName(value.type) ? value.type : fullType(value.type, inner)
      return { ...field, label: undefined, mapKey: key.type, type: full }
    }
  }
  return { ...field, type: `.${type.fullName}` }
}

function fullType(name: string, { symbols, name: scope }: Scope): string {
  const type = symbols.resolveType(name, scope)
  return type === undefined ? name : `.${type.fullName}`
}

/** Numbers first, by number; then names. */
function reservedOf(reserved: readonly ReservedElement[]): ReservedElement[] {
  return reserved
    .flatMap(({ values }) => values)
    .map((value) => (typeof value === 'string' ? value : shortest(value)))
    .sort((one, other) => {
      if (typeof one === 'string' || typeof other === 'string') {
        if (typeof one === 'string' && typeof other === 'string') return compare(one, other)
        return typeof one === 'string' ? 1 : -1
      }
      return one.from - other.from
    })
    .map((value) => ({ values: [value] }))
}

function shortest({ from, to }: Range): Range {
  return { from, to: from === to ? undefined : to }
}
