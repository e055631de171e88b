import { limits } from '../limits.ts'
import type {
  EnumElement,
  ExtendElement,
  ExtensionsElement,
  FieldElement,
  FileElement,
  GroupElement,
  MessageElement,
  MethodElement,
  OneofElement,
  OptionElement,
  Range,
  ReservedElement,
  ServiceElement,
  TypeElement,
} from './elements.ts'
import { Lines, type Print } from './lines.ts'
import { escaped, optionStatement, optionsInBrackets } from './print-options.ts'

/**
 * The text of a tree, as Confluent's registry writes it (the layout of Square's Wire): parts in the
 * order of their kinds, two spaces, an empty line before a kind, no comments.
 */
export function printFile(file: FileElement): string {
  const lines = new Lines()
  if (file.syntax !== undefined) lines.add(`syntax = "${file.syntax}";`)
  if (file.edition !== undefined) lines.add(`edition = "${file.edition}";`)
  if (file.package !== '') lines.add(`package ${file.package};`)
  const kinds = [
    importsOf(file),
    file.options.map(optionStatement),
    typesOf(file.types),
    file.extends.map(extendOf),
    file.services.map(serviceOf),
  ]
  for (const parts of kinds) {
    if (parts.length > 0) lines.add('')
    for (const print of parts) print(lines)
  }
  return lines.text()
}

function importsOf({ imports }: FileElement): Print[] {
  return (['plain', 'weak', 'public'] as const).flatMap((kind) =>
    imports
      .filter((one) => one.kind === kind)
      .map(({ path }): Print => {
        const how = kind === 'plain' ? '' : `${kind} `
        return (lines) => lines.add(`import ${how}"${escaped(path)}";`)
      }),
  )
}

/** Messages first: their order counts, as records name their message by it. */
function typesOf(types: readonly TypeElement[]): Print[] {
  return [
    ...types.filter((type) => type.kind === 'message').map(messageOf),
    ...types.filter((type) => type.kind === 'enum').map(enumOf),
  ]
}

function messageOf(message: MessageElement): Print {
  return (lines) => lines.block(`message ${message.name}`, bodyOf(message))
}

function bodyOf(message: MessageElement): Print[][] {
  return [
    message.reserved.map(reservedOf),
    message.options.map(optionStatement),
    message.fields.map(fieldOf),
    message.oneofs.map(oneofOf),
    message.groups.map(groupOf),
    message.extensions.map(extensionsOf),
    message.extends.map(extendOf),
    typesOf(message.types),
  ]
}

function enumOf({ name, reserved, options, constants }: EnumElement): Print {
  // Unlike in messages no empty line parts the kinds.
  const parts = [
    ...reserved.map(reservedOf),
    ...options.map(optionStatement),
    ...constants.map((constant): Print => {
      const head = `${constant.name} = ${constant.number}`
      return (lines) => lines.add(`${head}${optionsInBrackets(constant.options, lines.depth)};`)
    }),
  ]
  return (lines) => lines.block(`enum ${name}`, [parts])
}

function reservedOf({ values }: ReservedElement): Print {
  const shown = values.map((value) =>
    typeof value === 'string' ? `"${escaped(value)}"` : rangeText(value),
  )
  return (lines) => lines.add(`reserved ${shown.join(', ')};`)
}

function extensionsOf({ ranges, options }: ExtensionsElement): Print {
  const shown = ranges.map(rangeText).join(', ')
  return (lines) => lines.add(`extensions ${shown}${optionsInBrackets(options, lines.depth)};`)
}

function rangeText({ from, to }: Range): string {
  if (to === undefined) return `${from}`
  return `${from} to ${to < limits.highestFieldNumber ? to : 'max'}`
}

function oneofOf({ name, options, fields, groups }: OneofElement): Print {
  const kinds = [options.map(optionStatement), fields.map(fieldOf), groups.map(groupOf)]
  return (lines) => lines.block(`oneof ${name}`, kinds)
}

function groupOf({ label, number, options, message }: GroupElement): Print {
  const head = `${label === undefined ? '' : `${label} `}group ${message.name} = ${number}`
  return (lines) =>
    lines.block(`${head}${optionsInBrackets(options, lines.depth)}`, bodyOf(message))
}

function extendOf({ name, fields }: ExtendElement): Print {
  return (lines) => lines.block(`extend ${name}`, [fields.map(fieldOf)])
}

function fieldOf(field: FieldElement): Print {
  const label = field.label === undefined ? '' : `${field.label} `
  const type = field.mapKey === undefined ? field.type : `map<${field.mapKey}, ${field.type}>`
  const head = `${label}${type} ${field.name} = ${field.number}`
  const options = [...field.options, ...specialOptions(field)]
  return (lines) => lines.add(`${head}${optionsInBrackets(options, lines.depth)};`)
}

/** The default and the name in JSON stand behind the options. */
export function specialOptions({ type, defaultValue, jsonName }: FieldElement): OptionElement[] {
  const special: OptionElement[] = []
  if (defaultValue !== undefined) {
    const kind = type === 'string' || type === 'bytes' ? 'string' : 'number'
    special.push({ name: 'default', parenthesized: false, value: { kind, text: defaultValue } })
  }
  if (jsonName !== undefined) {
    const value = { kind: 'string', text: jsonName } as const
    special.push({ name: 'json_name', parenthesized: false, value })
  }
  return special
}

function serviceOf({ name, options, methods }: ServiceElement): Print {
  const kinds = [options.map(optionStatement), methods.map(methodOf)]
  return (lines) => lines.block(`service ${name}`, kinds)
}

function methodOf(method: MethodElement): Print {
  const request = `${method.requestStreams ? 'stream ' : ''}${method.request}`
  const response = `${method.responseStreams ? 'stream ' : ''}${method.response}`
  const head = `rpc ${method.name} (${request}) returns (${response})`
  const options = method.options.map(optionStatement)
  return (lines) =>
    options.length === 0 ? lines.add(`${head};`) : lines.block(head, [options], '};')
}
