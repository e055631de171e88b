/**
 * From the text of a schema to its types, by the rules of Avro 1.12 for Java with strict names: what
 * it refuses is refused here, and a name may come before its type.
 */
import { schemaError } from '../schemas/errors.ts'
import {
  isJsonArray,
  isJsonObject,
  type JsonNode,
  JsonNumber,
  type JsonObject,
  JsonSyntaxError,
  parseJson,
} from '../schemas/json-tree.ts'
import { DefaultValues, noFit, TooManyDefaults } from './defaults.ts'
import {
  type ArrayType,
  type AvroName,
  type AvroType,
  avroName,
  type EnumType,
  type Field,
  type FixedType,
  fieldOrders,
  isPrimitiveKind,
  type MapType,
  type NamedType,
  nameOf,
  type RecordType,
  type UnionType,
} from './model.ts'
import { isSameDefinition, notYetKnown } from './same-definition.ts'

const schemaWords = new Set([
  'doc',
  'fields',
  'items',
  'name',
  'namespace',
  'size',
  'symbols',
  'values',
  'type',
  'aliases',
])
const enumWords = new Set([...schemaWords, 'default'])
const fieldWords = new Set(['default', 'doc', 'name', 'order', 'type', 'aliases'])
const validName = /^[A-Za-z_][A-Za-z0-9_]*$/
const numberText = /^(NaN|[+-]?(Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?))$/
const mostFixedBytes = 2 ** 31 - 9

/** Where a type is found: `space` is the namespace around it, `where` its place as a JSON pointer. */
interface Place {
  readonly space: string | undefined
  readonly where: string
}

type SetType = (type: AvroType) => void

/** Parses texts one after the other; each knows the types of those before it. */
export class AvroParser {
  readonly #known = new Map<string, NamedType>()
  readonly #awaited: { readonly name: string; readonly set: SetType }[] = []
  /** What can be said only when every name is known. */
  readonly #checks: (() => void)[] = []
  #defaults = new DefaultValues()
  /** What all places of the current text begin with. */
  #origin = ''

  /** @throws 'invalid-schema' and 'unresolved-reference' */
  parse(text: string, origin = ''): AvroType {
    this.#origin = origin
    this.#defaults = new DefaultValues()
    let root: AvroType = notYetKnown
    this.#type(this.#json(text), { space: undefined, where: '' }, (type) => {
      root = type
    })
    for (const { name, set } of this.#awaited.splice(0)) {
      const type = this.#known.get(name)
      if (type === undefined) throw schemaError('unresolved-reference', { type: 'AVRO', name })
      set(type)
    }
    for (const check of this.#checks.splice(0)) check()
    return root
  }

  #json(text: string): JsonNode {
    try {
      return parseJson(text, { comments: true })
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error
      return this.#fail(error.where, error.message)
    }
  }

  #type(node: JsonNode | undefined, place: Place, set: SetType): void {
    if (typeof node === 'string') {
      this.#named(node, place, set)
    } else if (isJsonArray(node)) {
      set(this.#union(node, place))
    } else if (isJsonObject(node)) {
      this.#described(node, place, set)
    } else {
      this.#fail(place.where, 'a type is expected: a name, an object or an array')
    }
  }

  #described(node: JsonObject, place: Place, set: SetType): void {
    const kind = this.#requiredText(node, 'type', place)
    if (isPrimitiveKind(kind)) {
      set({ kind, properties: others(node, schemaWords) })
    } else if (kind === 'array') {
      const array: ArrayType = { kind, items: notYetKnown, properties: others(node, schemaWords) }
      this.#type(node.get('items'), below(place, 'items'), (type) => {
        array.items = type
      })
      set(array)
    } else if (kind === 'map') {
      const map: MapType = { kind, values: notYetKnown, properties: others(node, schemaWords) }
      this.#type(node.get('values'), below(place, 'values'), (type) => {
        map.values = type
      })
      set(map)
    } else if (kind === 'record' || kind === 'error') {
      set(this.#record(node, kind === 'error', place))
    } else if (kind === 'enum') {
      set(this.#enum(node, place))
    } else if (kind === 'fixed') {
      set(this.#fixed(node, place))
    } else {
      this.#named(kind, place, set)
    }
  }

  #named(name: string, { space }: Place, set: SetType): void {
    if (isPrimitiveKind(name)) {
      set({ kind: name, properties: new Map() })
      return
    }
    const full = space !== undefined && !name.includes('.') ? `${space}.${name}` : name
    const type = this.#known.get(full) ?? this.#known.get(name)
    if (type === undefined) this.#awaited.push({ name: full, set })
    else set(type)
  }

  #union(nodes: readonly JsonNode[], place: Place): UnionType {
    const branches = nodes.map((): AvroType => notYetKnown)
    for (const [index, node] of nodes.entries()) {
      const branch = below(place, index)
      if (isJsonArray(node)) this.#fail(branch.where, 'a union may not hold a union')
      this.#type(node, branch, (type) => {
        branches[index] = type
      })
    }
    this.#checks.push(() => {
      const names = branches.map(nameOf)
      const twice = firstTwice(names)
      if (twice !== undefined) this.#fail(place.where, `the union has '${twice}' twice`)
    })
    return { kind: 'union', branches }
  }

  #record(node: JsonObject, isError: boolean, place: Place): RecordType {
    const name = this.#name(node, place)
    const fieldNodes = node.get('fields')
    if (!isJsonArray(fieldNodes)) this.#fail(place.where, `the record '${name.full}' has no fields`)
    const fields = fieldNodes.map((field, index) =>
      this.#field(field, { space: name.space, where: `${place.where}/fields/${index}` }),
    )
    const twice = firstTwice(fields.map((field) => field.name))
    if (twice !== undefined) {
      this.#fail(place.where, `the record '${name.full}' has the field '${twice}' twice`)
    }
    const rest = this.#description(node, name, place)
    return this.#define({ kind: 'record', name, isError, fields, ...rest }, place)
  }

  #field(node: JsonNode, place: Place): Field {
    if (!isJsonObject(node)) this.#fail(place.where, 'a field is expected: an object')
    const name = this.#validName(this.#requiredText(node, 'name', place), place, 'field')
    const orderNode = node.get('order')
    const order = fieldOrders.find((order) => order === lowerCase(orderNode))
    if (orderNode !== undefined && order === undefined) {
      this.#fail(`${place.where}/order`, `it is one of ${fieldOrders.join(', ')}`)
    }
    const field: Field = {
      name,
      type: notYetKnown,
      doc: text(node, 'doc'),
      default: node.get('default'),
      order: order ?? 'ascending',
      aliases: this.#aliases(node, place),
      properties: others(node, fieldWords),
    }
    this.#type(node.get('type'), below(place, 'type'), (type) => {
      field.type = type
    })
    if (field.type.kind === 'float' || field.type.kind === 'double') {
      field.default = numberOf(field.default)
    }
    if (field.default !== undefined) this.#checks.push(() => this.#checkDefault(field, place))
    return field
  }

  #checkDefault(field: Field, { where }: Place): void {
    try {
      if (this.#defaults.of(field.type, field.default) !== noFit) return
    } catch (error) {
      if (!(error instanceof TooManyDefaults)) throw error
      this.#fail(`${where}/default`, error.message)
    }
    this.#fail(`${where}/default`, `it does not fit the type of the field '${field.name}'`)
  }

  #enum(node: JsonObject, place: Place): EnumType {
    const name = this.#name(node, place)
    const nodes = node.get('symbols')
    if (!isJsonArray(nodes)) this.#fail(place.where, `the enum '${name.full}' has no symbols`)
    const symbols = nodes.map((symbol, index) => {
      const symbolPlace = below(place, `symbols/${index}`)
      return this.#validName(typeof symbol === 'string' ? symbol : '', symbolPlace, 'symbol')
    })
    const twice = firstTwice(symbols)
    if (twice !== undefined) this.#fail(place.where, `the enum has the symbol '${twice}' twice`)
    const preset = text(node, 'default')
    if (preset !== undefined && !symbols.includes(preset)) {
      this.#fail(`${place.where}/default`, `'${preset}' is none of the enum's symbols`)
    }
    const rest = { ...this.#description(node, name, place), properties: others(node, enumWords) }
    return this.#define({ kind: 'enum', name, symbols, default: preset, ...rest }, place)
  }

  #fixed(node: JsonObject, place: Place): FixedType {
    const name = this.#name(node, place)
    const size = node.get('size')
    const sizeBytes = size instanceof JsonNumber && size.isWhole ? Number(size.value) : -1
    if (sizeBytes < 0 || sizeBytes > mostFixedBytes) {
      this.#fail(`${place.where}/size`, `a whole number from 0 to ${mostFixedBytes} is expected`)
    }
    return this.#define(
      { kind: 'fixed', name, sizeBytes, ...this.#description(node, name, place) },
      place,
    )
  }

  #description(node: JsonObject, { space }: AvroName, place: Place) {
    const aliases = this.#aliases(node, place).map((alias) => avroName(alias, space))
    for (const { simple } of aliases) this.#validName(simple, below(place, 'aliases'), 'alias')
    return { doc: text(node, 'doc'), aliases, properties: others(node, schemaWords) }
  }

  /** A second definition of a name is allowed where it says the same. */
  #define<Type extends NamedType>(type: Type, place: Place): Type {
    const { full } = type.name
    const before = this.#known.get(full)
    if (before !== undefined && !isSameDefinition(before, type)) {
      this.#fail(place.where, `'${full}' is defined already, and differently`)
    }
    if (before === undefined) this.#known.set(full, type)
    return type
  }

  #name(node: JsonObject, place: Place): AvroName {
    const name = avroName(
      this.#requiredText(node, 'name', place),
      text(node, 'namespace') ?? place.space,
    )
    this.#validName(name.simple, place, 'name')
    for (const part of name.space?.split('.') ?? []) this.#validName(part, place, 'namespace')
    if (isPrimitiveKind(name.full)) {
      this.#fail(`${place.where}/name`, `'${name.full}' is a type of Avro's own`)
    }
    return name
  }

  #validName(name: string, { where }: Place, what: string): string {
    if (validName.test(name)) return name
    return this.#fail(
      where,
      `the ${what} ${JSON.stringify(name)} has other characters than letters, digits (not first) and _`,
    )
  }

  #aliases(node: JsonObject, place: Place): string[] {
    const aliases = node.get('aliases')
    if (aliases === undefined) return []
    const names = isJsonArray(aliases) ? aliases.filter((alias) => typeof alias === 'string') : []
    if (!isJsonArray(aliases) || names.length < aliases.length) {
      this.#fail(`${place.where}/aliases`, 'a list of names is expected')
    }
    return [...new Set(names)]
  }

  #requiredText(node: JsonObject, key: string, { where }: Place): string {
    return text(node, key) ?? this.#fail(where, `it has no ${key}`)
  }

  #fail(where: string, why: string): never {
    throw schemaError('invalid-schema', { type: 'AVRO', where: this.#origin + where, why })
  }
}

function below({ space, where }: Place, step: string | number): Place {
  return { space, where: `${where}/${step}` }
}

/** Text is allowed as the default of a float or a double, for numbers that JSON has not. */
function numberOf(node: JsonNode | undefined): JsonNode | undefined {
  if (typeof node !== 'string' || !numberText.test(node)) return node
  return new JsonNumber(Number(node))
}

/** The value of a key where it is text; anything else counts as absent, as for Java. */
function text(node: JsonObject, key: string): string | undefined {
  const value = node.get(key)
  return typeof value === 'string' ? value : undefined
}

function lowerCase(node: JsonNode | undefined): string | undefined {
  return typeof node === 'string' ? node.toLowerCase() : undefined
}

function others(node: JsonObject, words: ReadonlySet<string>): JsonObject {
  return new Map([...node].filter(([key]) => !words.has(key)))
}

function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return names.find((name) => seen.size === seen.add(name).size)
}
