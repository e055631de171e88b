import assert from 'node:assert'
import { invalidSchema } from '../errors.ts'
import {
  allFields,
  type EnumElement,
  type FileElement,
  type MessageElement,
  plainOption,
  type TypeElement,
} from '../text/elements.ts'
import { groupField } from './link-fields.ts'
import { groupsOf, join, type Symbols } from './symbols.ts'

/** Numbers that protobuf keeps for itself. */
const firstKeptNumber = 19_000
const lastKeptNumber = 19_999

/**
 * What a text may say and no schema may mean: unknown types, numbers and names that are there
 * twice, labels of another version. Throws `invalid-schema`, as protoc refuses the same.
 */
export function checkFile(file: FileElement, symbols: Symbols): void {
  checkTypes(file.types, file.package, file, symbols)
  for (const { extended, scope, fullName } of symbols.extensions) {
    if (symbols.resolveType(extended, scope)?.kind === 'message') continue
    throw invalidSchema(`'${extended}', which '${fullName}' extends, is no message that is known`)
  }
  for (const { name: service, methods } of file.services) {
    for (const { name, request, response } of methods) {
      for (const type of [request, response]) {
        if (symbols.resolveType(type, file.package)?.kind === 'message') continue
        throw invalidSchema(
          `'${type}', which '${service}.${name}' names, is no message that is known`,
        )
      }
    }
  }
}

function checkTypes(
  types: readonly TypeElement[],
  scope: string,
  file: FileElement,
  symbols: Symbols,
): void {
  for (const type of types) {
    const fullName = join(scope, type.name)
    if (type.kind === 'enum') {
      checkEnum(type, fullName)
      continue
    }
    checkMessage(type, fullName, file)
    linkNow(symbols, fullName)
    checkTypes(type.types, fullName, file, symbols)
    const groups = groupsOf(type).map(({ message }) => message)
    checkTypes(groups, fullName, file, symbols)
  }
}

function checkEnum({ constants, options }: EnumElement, name: string): void {
  if (constants.length === 0) throw invalidSchema(`the enum '${name}' has no constant`)
  if (plainOption(options, 'allow_alias') === 'true') return
  const seen = new Set<number>()
  for (const { name: constant, number } of constants) {
    if (seen.has(number)) {
      throw invalidSchema(
        `'${constant}' has the number ${number} of another constant of '${name}'; option allow_alias = true allows it`,
      )
    }
    seen.add(number)
  }
}

function checkMessage(message: MessageElement, fullName: string, file: FileElement): void {
  const numbers = new Set<number>()
  const names = new Set<string>()
  const groups = groupsOf(message)
  for (const field of [...allFields(message), ...groups.map(groupField)]) {
    const what = `the field '${field.name}' of '${fullName}'`
    if (field.number >= firstKeptNumber && field.number <= lastKeptNumber) {
      throw invalidSchema(
        `${what} has a number from ${firstKeptNumber} to ${lastKeptNumber}, which protobuf keeps for itself`,
      )
    }
    if (numbers.has(field.number)) {
      throw invalidSchema(`${what} has the number ${field.number} of another field`)
    }
    if (names.has(field.name)) throw invalidSchema(`${what} is defined twice`)
    numbers.add(field.number)
    names.add(field.name)
    if (file.syntax === 'proto3') {
      if (field.label === 'required')
        throw invalidSchema(`${what} is required, which proto3 has not`)
      if (field.defaultValue !== undefined) {
        throw invalidSchema(`${what} has a default, which proto3 has not`)
      }
    }
  }
  if (groups.length > 0 && (file.syntax === 'proto3' || file.edition !== undefined)) {
    throw invalidSchema(`'${fullName}' has a group, which only proto2 has`)
  }
  checkLabels(message, fullName, file)
}

function checkLabels(message: MessageElement, fullName: string, file: FileElement): void {
  const needsLabels = file.syntax !== 'proto3' && file.edition === undefined
  const bare = message.fields.find(
    ({ label, mapKey }) => label === undefined && mapKey === undefined,
  )
  if (needsLabels && bare !== undefined) {
    throw invalidSchema(
      `the field '${bare.name}' of '${fullName}' needs 'optional', 'required' or 'repeated': without syntax = "proto3" the text is proto2`,
    )
  }
  const labelled = message.oneofs
    .flatMap(({ fields }) => fields)
    .find(({ label, mapKey }) => label !== undefined || mapKey !== undefined)
  if (labelled !== undefined) {
    throw invalidSchema(
      `the field '${labelled.name}' of '${fullName}' has a label or is a map inside of a oneof`,
    )
  }
}

/** Linking a message's fields throws where a type is unknown. */
function linkNow(symbols: Symbols, fullName: string): void {
  const linked = symbols.type(fullName)
  assert(linked?.kind === 'message' && linked.fields.length >= linked.element.fields.length)
}
