/** From the JSON of a schema to its shape. */
import { schemaError } from '../schemas/errors.ts'
import {
  isJsonArray,
  isJsonObject,
  type JsonNode,
  JsonNumber,
  type JsonObject,
  printJson,
} from '../schemas/json-tree.ts'
import { schemaLimits } from '../schemas/limits.ts'
import { type Documents, dataKeywords, type Place } from './documents.ts'
import { type Draft, isModern } from './draft.ts'
import { NodeIds } from './node-ids.ts'
import type { AnyShape, ArrayShape, LateShape, ObjectShape, Rest, Shape } from './shapes.ts'

const objectKeywords = [
  'properties',
  'required',
  'minProperties',
  'maxProperties',
  'dependencies',
  'patternProperties',
  'additionalProperties',
  'propertyNames',
]
const modernObjectKeywords = [
  ...objectKeywords.filter((keyword) => keyword !== 'dependencies'),
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedProperties',
]
const arrayKeywords = [
  'items',
  'additionalItems',
  'minItems',
  'maxItems',
  'uniqueItems',
  'contains',
]
const modernArrayKeywords = [...arrayKeywords, 'prefixItems', 'unevaluatedItems']
const numberKeywords = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
const stringKeywords = ['minLength', 'maxLength', 'pattern', 'format']
const modernStringKeywords = ['minLength', 'maxLength', 'pattern']
const combinations = ['allOf', 'anyOf', 'oneOf'] as const
const conditions = ['if', 'then', 'else']
const references = ['$ref', '$dynamicRef', '$recursiveRef']

/** References that lead to references: more than this are a circle. */
const mostHops = 100

const nothing: JsonObject = new Map()
const everything: AnyShape = { kind: 'true', node: nothing, text: 'true' }
const never: AnyShape = { kind: 'false', node: nothing, text: 'false' }
const empty: AnyShape = { kind: 'empty', node: nothing, text: '{}' }

export class ShapeLoader {
  readonly #documents: Documents
  readonly #draft: Draft
  readonly #known = new Map<JsonNode, Shape>()
  /** Copies of a schema are one shape: comparing them once is enough. */
  readonly #byContent = new Map<string, Shape>()
  readonly #ids = new NodeIds()
  #depth = 0

  constructor(documents: Documents, draft: Draft) {
    this.#documents = documents
    this.#draft = draft
  }

  root(): Shape {
    return this.#shape(this.#documents.root)
  }

  /** Throws 'unresolved-reference' for the first reference that leads nowhere. */
  checkReferences(): void {
    const places = [this.#documents.root]
    const seen = new Set<JsonNode>()
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      const { node, base } = place
      if (isJsonArray(node)) places.push(...node.map((item) => ({ node: item, base })))
      if (!isJsonObject(node) || seen.has(node)) continue
      seen.add(node)
      const inner = this.#documents.within(node, base)
      for (const ref of refsOf(node)) {
        const target = this.#target(ref, inner)
        if (target !== 'a draft') places.push(target)
      }
      for (const [key, value] of node) {
        if (!dataKeywords.has(key)) {
          places.push({ node: value, base: inner })
        }
      }
    }
  }

  #target(ref: string, base: string): Place | 'a draft' {
    const target = this.#documents.find(ref, base)
    if (target === undefined) throw schemaError('unresolved-reference', { type: 'JSON', name: ref })
    return target
  }

  #shape({ node, base }: Place): Shape {
    if (node === true) return everything
    if (node === false) return never
    if (!isJsonObject(node)) return empty
    const inner = this.#documents.within(node, base)
    const content = `${this.#ids.of(node)} ${inner}`
    const known = this.#known.get(node) ?? this.#byContent.get(content)
    if (known !== undefined) return known
    // A schema that is nothing but a reference to itself asks for nothing.
    this.#known.set(node, empty)
    this.#depth += 1
    if (this.#depth > schemaLimits.deepestNesting) {
      const why = `its references lead further than ${schemaLimits.deepestNesting} steps`
      throw schemaError('invalid-schema', { type: 'JSON', where: '', why })
    }
    const shape = this.#load(node, inner, content)
    this.#depth -= 1
    this.#known.set(node, shape)
    this.#byContent.set(content, shape)
    return shape
  }

  #late(node: JsonNode, base: string): LateShape {
    return () => this.#shape({ node, base })
  }

  #load(node: JsonObject, base: string, text: string): Shape {
    const parts = this.#parts(node, base, text)
    const [only] = parts
    if (only === undefined) return { kind: 'empty', node, text }
    if (parts.length === 1) return only()
    return { kind: 'combined', criterion: 'allOf', parts, node, text }
  }

  /** Everything that the schema asks for at once. */
  #parts(node: JsonObject, base: string, text: string): LateShape[] {
    const refs = refsOf(node).map((ref) => this.#referred(ref, base))
    if (refs.length > 0 && !isModern(this.#draft)) return refs.slice(0, 1)
    const { types, isList } = typesOf(node)
    const typed = types.map((type) => this.#ofType(type, node, base, `${type} ${text}`))
    const sniffed = this.#sniffed(node, types).map((type) =>
      this.#ofType(type, node, base, `${type}? ${text}`),
    )
    const shapes: Shape[] = [
      ...this.#values(node, text),
      ...this.#combined(node, base, text),
      ...this.#negated(node, base, text),
      ...(isList
        ? [{ kind: 'combined', criterion: 'anyOf', parts: typed.map(now), node, text } as const]
        : typed),
      ...sniffed,
      ...this.#conditional(node, text),
    ]
    return [...refs, ...shapes.map(now)]
  }

  /** Looked up once: comparisons ask again and again. */
  #referred(ref: string, base: string): LateShape {
    let found: Shape = empty
    return () => {
      if (found === empty) found = this.#follow(ref, base)
      return found
    }
  }

  /** The shape that references lead to, from one to the next. */
  #follow(ref: string, base: string): Shape {
    let target = this.#target(ref, base)
    for (let hops = 0; hops < mostHops; hops++) {
      if (target === 'a draft') return everything
      const { node } = target
      const [next] = isJsonObject(node) && isOnlyReference(node, this.#draft) ? refsOf(node) : []
      if (next === undefined) return this.#shape(target)
      target = this.#target(next, this.#documents.within(node, target.base))
    }
    return empty
  }

  #values(node: JsonObject, text: string): Shape[] {
    const shapes: Shape[] = []
    const list = node.get('enum')
    if (isJsonArray(list)) {
      const values = new Set(list.map((value) => printJson(value, { sorted: true })))
      shapes.push({ kind: 'enum', values, node, text: `enum ${text}` })
    }
    const value = node.get('const')
    if (value !== undefined && this.#draft !== '4') {
      const values = new Set([printJson(value, { sorted: true })])
      shapes.push({ kind: 'const', values, node, text: `const ${text}` })
    }
    return shapes
  }

  #combined(node: JsonObject, base: string, text: string): Shape[] {
    return combinations.flatMap((criterion) => {
      const list = node.get(criterion)
      if (!isJsonArray(list)) return []
      const parts = list.map((part) => this.#late(part, base))
      return [{ kind: 'combined', criterion, parts, node, text: `${criterion} ${text}` } as const]
    })
  }

  #negated(node: JsonObject, base: string, text: string): Shape[] {
    const not = node.get('not')
    if (not === undefined) return []
    return [{ kind: 'not', not: this.#late(not, base), node, text: `not ${text}` }]
  }

  #conditional(node: JsonObject, text: string): Shape[] {
    const isThere = ['4', '6'].includes(this.#draft)
      ? false
      : conditions.some((key) => node.has(key))
    return isThere ? [{ kind: 'conditional', node, text: `if ${text}` }] : []
  }

  /** The kinds of values that keywords speak of without the type being named. */
  #sniffed(node: JsonObject, types: readonly string[]): string[] {
    const modern = isModern(this.#draft)
    const keywords: Readonly<Record<string, readonly string[]>> = {
      array: modern ? modernArrayKeywords : arrayKeywords,
      object: modern ? modernObjectKeywords : objectKeywords,
      number: numberKeywords,
      string: modern ? modernStringKeywords : stringKeywords,
    }
    const named = types.map((type) => (type === 'integer' ? 'number' : type))
    return Object.entries(keywords)
      .filter(([kind, keys]) => !named.includes(kind) && keys.some((key) => node.has(key)))
      .map(([kind]) => kind)
  }

  #ofType(type: string, node: JsonObject, base: string, text: string): Shape {
    switch (type) {
      case 'object':
        return this.#object(node, base, text)
      case 'array':
        return this.#array(node, base, text)
      case 'number':
      case 'integer':
        return { kind: 'number', isWhole: type === 'integer', node, text }
      case 'string':
      case 'boolean':
      case 'null':
        return { kind: type, node, text }
      default:
        return empty
    }
  }

  #object(node: JsonObject, base: string, text: string): ObjectShape {
    const dependencies = [
      ...entries(node, isModern(this.#draft) ? 'dependentSchemas' : 'dependencies'),
    ]
    const required = isModern(this.#draft) ? [...entries(node, 'dependentRequired')] : dependencies
    return {
      kind: 'object',
      node,
      text,
      properties: new Map(
        [...entries(node, 'properties')].map(([name, property]) => [
          name,
          {
            shape: this.#late(property, base),
            hasDefault: isJsonObject(property) && property.has('default'),
          },
        ]),
      ),
      patterns: [...entries(node, 'patternProperties')].map(([pattern, property]) => ({
        pattern,
        shape: this.#late(property, base),
      })),
      required: new Set(texts(node.get('required'))),
      additional: this.#rest(node.get('additionalProperties'), base),
      unevaluated: this.#unevaluated(node, 'unevaluatedProperties', base),
      requiredWith: new Map(
        required
          .filter(([, names]) => isJsonArray(names))
          .map(([name, names]) => [name, new Set(texts(names))]),
      ),
      shapesWith: new Map(
        dependencies
          .filter(([, schema]) => !isJsonArray(schema))
          .map(([name, schema]) => [name, this.#late(schema, base)]),
      ),
    }
  }

  #array(node: JsonObject, base: string, text: string): ArrayShape {
    const { every, places, rest } = this.#draft === '2020-12' ? newItems(node) : oldItems(node)
    const countsContained = isModern(this.#draft) && node.has('contains')
    return {
      kind: 'array',
      node,
      text,
      every: every === undefined ? undefined : this.#late(every, base),
      items: places.map((item) => this.#late(item, base)),
      additional: this.#rest(rest, base),
      unevaluated: this.#unevaluated(node, 'unevaluatedItems', base),
      leastContained: countsContained ? (numberOf(node, 'minContains') ?? 1) : undefined,
      mostContained: countsContained ? numberOf(node, 'maxContains') : undefined,
    }
  }

  #rest(node: JsonNode | undefined, base: string): Rest {
    if (node === undefined || node === true) return 'anything'
    return node === false ? 'nothing' : this.#late(node, base)
  }

  #unevaluated(node: JsonObject, keyword: string, base: string): LateShape | undefined {
    const schema = isModern(this.#draft) ? node.get(keyword) : undefined
    return schema === undefined ? undefined : this.#late(schema, base)
  }
}

function now(shape: Shape): LateShape {
  return () => shape
}

function refsOf(node: JsonObject): string[] {
  return references.map((key) => node.get(key)).filter((ref) => typeof ref === 'string')
}

/** Whether nothing else in the schema counts beside its reference. */
function isOnlyReference(node: JsonObject, draft: Draft): boolean {
  return !isModern(draft) || node.size === 1
}

function typesOf(node: JsonObject): { types: string[]; isList: boolean } {
  const type = node.get('type')
  if (typeof type === 'string') return { types: [type], isList: false }
  return { types: texts(type), isList: isJsonArray(type) }
}

interface Items {
  readonly every?: JsonNode
  readonly places: readonly JsonNode[]
  readonly rest?: JsonNode | undefined
}

/** Up to 2019-09 `items` is a schema for all or a list by place, and `additionalItems` takes the rest. */
function oldItems(node: JsonObject): Items {
  const items = node.get('items')
  const rest = node.get('additionalItems')
  if (isJsonArray(items)) return { places: items, rest }
  if (items === undefined) return { places: [], rest }
  return { every: items, places: [], rest: rest === false ? undefined : rest }
}

/** Since 2020-12 `prefixItems` is the list by place, and `items` takes the rest. */
function newItems(node: JsonObject): Items {
  const prefix = node.get('prefixItems')
  const items = node.get('items')
  if (isJsonArray(prefix)) return { places: prefix, rest: items }
  return isJsonObject(items) ? { every: items, places: [] } : { places: [], rest: items }
}

function entries(node: JsonObject, key: string): JsonObject {
  const value = node.get(key)
  return isJsonObject(value) ? value : nothing
}

function texts(node: JsonNode | undefined): string[] {
  return isJsonArray(node) ? node.filter((item) => typeof item === 'string') : []
}

export function numberOf(node: JsonObject, key: string): number | undefined {
  const value = node.get(key)
  return value instanceof JsonNumber ? Number(value.value) : undefined
}
