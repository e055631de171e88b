import { invalidSchema } from '../errors.ts'
import { type EnumElement, type FileElement, plainOption } from '../text/elements.ts'
import type { LinkedField, LinkedMessage } from './model.ts'
import type { Symbols } from './symbols.ts'

/** Numbers that protobuf keeps for itself. */
const firstKeptNumber = 19_000
const lastKeptNumber = 19_999

/**
 * What a text may say and no schema may mean: unknown types, numbers and names that are there
 * twice, labels of another version. Throws `invalid-schema`, as protoc refuses the same.
 */
export function checkFile(file: FileElement, symbols: Symbols): void {
  for (const type of symbols.types) {
    // Those that it refers to were checked when they were registered.
    if (type.file.name !== '') continue
    if (type.kind === 'enum') checkEnum(type.element, type.fullName)
    else checkMessage(type, file)
  }
  for (const { extended, scope, fullName } of symbols.extensions) {
    needsMessage(symbols, extended, scope, `which '${fullName}' extends`)
  }
  for (const { name: service, methods } of file.services) {
    for (const { name, request, response } of methods) {
      const why = `which '${service}.${name}' names`
      for (const type of [request, response]) needsMessage(symbols, type, file.package, why)
    }
  }
}

function needsMessage(symbols: Symbols, name: string, scope: string, why: string): void {
  if (symbols.resolveType(name, scope)?.kind === 'message') return
  throw invalidSchema(`'${name}', ${why}, is no message that is known`)
}

function checkEnum({ constants, options }: EnumElement, enumName: string): void {
  if (constants.length === 0) throw invalidSchema(`the enum '${enumName}' has no constant`)
  if (plainOption(options, 'allow_alias') === 'true') return
  const seen = new Set<number>()
  for (const { name, number } of constants) {
    if (seen.has(number)) {
      throw invalidSchema(
        `'${name}' has the number ${number} of another constant of '${enumName}'; option allow_alias = true allows it`,
      )
    }
    seen.add(number)
  }
}

function checkMessage(message: LinkedMessage, file: FileElement): void {
  const numbers = new Set<number>()
  const names = new Set<string>()
  // Asking for the fields finds their types, too.
  for (const field of message.fields) {
    const problem =
      (numbers.has(field.number) ? `has the number ${field.number} of another field` : undefined) ??
      (names.has(field.name) ? 'is defined twice' : undefined) ??
      fieldProblem(field, file)
    if (problem !== undefined) {
      throw invalidSchema(`the field '${field.name}' of '${message.fullName}' ${problem}`)
    }
    numbers.add(field.number)
    names.add(field.name)
  }
}

function fieldProblem(field: LinkedField, file: FileElement): string | undefined {
  const { number, mapKey, oneof, isGroup, element } = field
  if (number >= firstKeptNumber && number <= lastKeptNumber) {
    return `has a number from ${firstKeptNumber} to ${lastKeptNumber}, which protobuf keeps for itself`
  }
  const version = file.edition === undefined ? (file.syntax ?? 'proto2') : 'an edition'
  if (isGroup && version !== 'proto2') return 'is a group, which only proto2 has'
  if (version === 'proto3') {
    if (element.label === 'required') return 'is required, which proto3 has not'
    if (element.defaultValue !== undefined) return 'has a default, which proto3 has not'
  }
  const isBare = element.label === undefined && mapKey === undefined
  if (oneof !== undefined && !isBare) return 'has a label, or is a map, inside of a oneof'
  if (oneof === undefined && isBare && version === 'proto2') {
    return `needs 'optional', 'required' or 'repeated': without syntax = "proto3" the text is proto2`
  }
  return undefined
}
