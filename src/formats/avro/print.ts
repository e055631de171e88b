/** The text of a schema as Avro for Java prints it (`Schema.toString`): what registries keep. */
import { schemaError } from '../schemas/errors.ts'
import { type JsonNode, type JsonObject, printJson, quoted } from '../schemas/json-tree.ts'
import {
  type AvroName,
  type AvroType,
  type Field,
  type NamedType,
  nameWithin,
  type RecordType,
} from './model.ts'

/** A type within a type within a type …: deeper ones would exhaust the stack of all that walk them. */
const deepestTypes = 200

/** Types whose full names are in `known` are printed as names. */
export function printType(type: AvroType, known: Iterable<string> = []): string {
  return new Printer(new Set(known)).type(type, undefined, 0)
}

class Printer {
  readonly #known: Set<string>

  constructor(known: Set<string>) {
    this.#known = known
  }

  type(type: AvroType, space: string | undefined, depth: number): string {
    if (depth > deepestTypes) {
      const why = `its types lie deeper than ${deepestTypes} levels within each other`
      throw schemaError('invalid-schema', { type: 'AVRO', where: '', why })
    }
    switch (type.kind) {
      case 'union':
        return `[${type.branches.map((branch) => this.type(branch, space, depth + 1)).join(',')}]`
      case 'array':
        return object([
          ['type', quoted('array')],
          ['items', this.type(type.items, space, depth + 1)],
          ...printed(type.properties),
        ])
      case 'map':
        return object([
          ['type', quoted('map')],
          ['values', this.type(type.values, space, depth + 1)],
          ...printed(type.properties),
        ])
      case 'record':
      case 'enum':
      case 'fixed':
        return this.#named(type, space, depth)
      default:
        return type.properties.size === 0
          ? quoted(type.kind)
          : object([['type', quoted(type.kind)], ...printed(type.properties)])
    }
  }

  #named(type: NamedType, space: string | undefined, depth: number): string {
    const { name } = type
    if (this.#known.has(name.full)) return quoted(nameWithin(name, space))
    this.#known.add(name.full)
    const isError = type.kind === 'record' && type.isError
    return object([
      ['type', quoted(isError ? 'error' : type.kind)],
      ['name', quoted(name.simple)],
      ...namespace(name, space),
      ...textual('doc', type.doc),
      ...this.#content(type, depth),
      ...printed(type.properties),
      ...names(
        'aliases',
        type.aliases.map((alias) => nameWithin(alias, name.space)),
      ),
    ])
  }

  #content(type: NamedType, depth: number): Entry[] {
    switch (type.kind) {
      case 'fixed':
        return [['size', String(type.sizeBytes)]]
      case 'enum':
        return [['symbols', printJson(type.symbols)], ...textual('default', type.default)]
      case 'record':
        return [['fields', this.#fields(type, depth)]]
    }
  }

  #fields({ fields, name }: RecordType, depth: number): string {
    return `[${fields.map((field) => this.#field(field, name.space, depth + 1)).join(',')}]`
  }

  #field(field: Field, space: string | undefined, depth: number): string {
    return object([
      ['name', quoted(field.name)],
      ['type', this.type(field.type, space, depth)],
      ...textual('doc', field.doc),
      ...(field.default === undefined ? [] : [entry('default', field.default)]),
      ...textual('order', field.order === 'ascending' ? undefined : field.order),
      ...names('aliases', field.aliases),
      ...printed(field.properties),
    ])
  }
}

type Entry = readonly [key: string, printed: string]

function object(entries: readonly Entry[]): string {
  return `{${entries.map(([key, value]) => `${quoted(key)}:${value}`).join(',')}}`
}

function entry(key: string, node: JsonNode): Entry {
  return [key, printJson(node)]
}

function printed(properties: JsonObject): Entry[] {
  return [...properties].map(([key, node]) => entry(key, node))
}

function textual(key: string, text: string | undefined): Entry[] {
  return text === undefined ? [] : [entry(key, text)]
}

function names(key: string, list: readonly string[]): Entry[] {
  return list.length === 0 ? [] : [entry(key, list)]
}

/** None inside the same namespace; an empty one leaves it. */
function namespace({ space }: AvroName, outer: string | undefined): Entry[] {
  return space === outer ? [] : [entry('namespace', space ?? '')]
}
