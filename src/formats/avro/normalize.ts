/**
 * The text that Confluent's registry makes of a schema for `normalize=true` before it prints it as
 * any other: full names, attributes and aliases sorted, a default as its type would write it.
 */
import {
  compareText,
  isJsonArray,
  isJsonObject,
  type JsonNode,
  JsonNumber,
  type JsonObject,
  printJson,
  quoted,
} from '../schemas/json-tree.ts'
import { logicalTypeOf } from './logical.ts'
import type { AvroType, Field, NamedType } from './model.ts'

export function normalizedType(type: AvroType, known: Iterable<string> = []): string {
  return new Normalizer(new Set(known)).type(type)
}

class Normalizer {
  readonly #known: Set<string>

  constructor(known: Set<string>) {
    this.#known = known
  }

  type(type: AvroType): string {
    switch (type.kind) {
      case 'union':
        return `[${type.branches.map((branch) => this.type(branch)).join(',')}]`
      case 'array':
        return object(['"type":"array"', `"items":${this.type(type.items)}`, ...attributes(type)])
      case 'map':
        return object(['"type":"map"', `"values":${this.type(type.values)}`, ...attributes(type)])
      case 'record':
      case 'enum':
      case 'fixed':
        return this.#named(type)
      default:
        return type.properties.size === 0
          ? quoted(type.kind)
          : object([`"type":${quoted(type.kind)}`, ...attributes(type)])
    }
  }

  #named(type: NamedType): string {
    const name = quoted(type.name.full)
    if (this.#known.has(type.name.full)) return name
    this.#known.add(type.name.full)
    const preset = type.kind === 'enum' ? type.default : undefined
    return object([
      `"name":${name}`,
      `"type":${quoted(type.kind)}`,
      this.#content(type),
      ...logicalAttributes(type),
      ...(type.doc ? [entry('doc', type.doc)] : []),
      ...sortedNames(type.aliases.map(({ full }) => full)),
      ...(preset === undefined ? [] : [entry('default', preset)]),
      ...sorted(type.properties),
    ])
  }

  #content(type: NamedType): string {
    switch (type.kind) {
      case 'fixed':
        return `"size":${type.sizeBytes}`
      case 'enum':
        return entry('symbols', type.symbols)
      case 'record':
        return `"fields":[${type.fields.map((field) => this.#field(field)).join(',')}]`
    }
  }

  #field(field: Field): string {
    const preset = field.default === undefined ? undefined : typedDefault(field.type, field.default)
    return object([
      `"name":${quoted(field.name)}`,
      `"type":${this.type(field.type)}`,
      `"order":${quoted(field.order)}`,
      ...(field.doc === undefined ? [] : [entry('doc', field.doc)]),
      ...sortedNames(field.aliases),
      ...(preset === undefined ? [] : [entry('default', preset)]),
      ...sorted(field.properties),
    ])
  }
}

function object(entries: readonly string[]): string {
  return `{${entries.join(',')}}`
}

function entry(key: string, node: JsonNode): string {
  return `${quoted(key)}:${printJson(node, { sorted: true })}`
}

function attributes(type: AvroType & { properties: JsonObject }): string[] {
  return [...logicalAttributes(type), ...sorted(type.properties)]
}

/** They come first; `sorted` names them once more, which a parser takes for the same attribute. */
function logicalAttributes(type: AvroType): string[] {
  const { name, precision, scale } = logicalTypeOf(type) ?? {}
  return [
    ...(name === undefined ? [] : [entry('logicalType', name)]),
    ...(precision === undefined ? [] : [`"precision":${precision}`]),
    ...(scale ? [`"scale":${scale}`] : []),
  ]
}

function sorted(properties: JsonObject): string[] {
  return [...properties]
    .sort(([one], [other]) => compareText(one, other))
    .map(([key, node]) => entry(key, node))
}

function sortedNames(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [entry('aliases', [...new Set(names)].sort(compareText))]
}

/**
 * The default in the words of its type: 0 of a double is 0.0. A union's default is read as its first
 * branch; where that cannot hold it, Confluent's registry leaves it out, and so must we.
 */
function typedDefault(type: AvroType, node: JsonNode): JsonNode | undefined {
  if (type.kind === 'union') {
    const [first] = type.branches
    return first === undefined ? undefined : typedDefault(first, node)
  }
  if (node === null || typeof node === 'boolean') return node
  if (node instanceof JsonNumber) return typedNumber(type, node)
  if (typeof node === 'string') {
    const isText = ['string', 'enum', 'bytes', 'fixed'].includes(type.kind)
    return isText ? node : undefined
  }
  if (isJsonArray(node)) {
    return type.kind === 'array'
      ? node.map((item) => typedDefault(type.items, item) ?? null)
      : undefined
  }
  return isJsonObject(node) ? typedObject(type, node) : undefined
}

function typedNumber({ kind }: AvroType, node: JsonNumber): JsonNode | undefined {
  if (kind === 'double') return new JsonNumber(Number(node.value))
  if (kind === 'float') return new JsonNumber(shortestFloat(Number(node.value)))
  return (kind === 'int' || kind === 'long') && node.isWhole ? node : undefined
}

/** The double whose digits are the fewest that mean this float, as Java prints a float. */
function shortestFloat(value: number): number {
  const float = Math.fround(value)
  if (!Number.isFinite(float)) return float
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits))
    if (Math.fround(short) === float) return short
  }
  return Number(float.toPrecision(9))
}

function typedObject(type: AvroType, node: JsonObject): JsonNode | undefined {
  const typed = new Map<string, JsonNode>()
  for (const [key, item] of node) {
    const itsType =
      type.kind === 'map'
        ? type.values
        : type.kind === 'record' && type.fields.find(({ name }) => name === key)?.type
    if (itsType) typed.set(key, typedDefault(itsType, item) ?? null)
  }
  return typed
}
