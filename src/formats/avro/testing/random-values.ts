/** Random values that fit a schema, by seed; its names must stand before they are used. */
import { between, pick, type Random } from '../../../base/random.ts'
import type { SchemaJson } from './random-schemas.ts'

interface Definition {
  readonly type: SchemaJson
  readonly name?: string
  readonly namespace?: string
  readonly items?: SchemaJson
  readonly values?: SchemaJson
  readonly size?: number
  readonly symbols?: readonly string[]
  readonly fields?: readonly { readonly name: string; readonly type: SchemaJson }[]
}

export class ValueMaker {
  readonly #random: Random
  readonly #defined = new Map<string, SchemaJson>()

  /** Floats and doubles have a fraction, so that no union takes them for whole numbers, and fit a float. */
  constructor(random: Random, schema: SchemaJson) {
    this.#random = random
    this.#define(schema, '')
  }

  value(schema: SchemaJson, space = ''): unknown {
    if (typeof schema === 'string') return this.#named(schema, space)
    if (Array.isArray(schema)) return this.value(pick(this.#random, schema), space)
    const definition = schema as unknown as Definition
    switch (definition.type) {
      case 'array':
        return this.#times(() => this.value(definition.items ?? 'null', space))
      case 'map':
        return Object.fromEntries(
          this.#times((index) => [`key ${index}`, this.value(definition.values ?? 'null', space)]),
        )
      case 'fixed':
        return this.#random.bytes(definition.size ?? 0)
      case 'enum':
        return pick(this.#random, definition.symbols ?? [])
      case 'record': {
        const inner = spaceOf(definition, space)
        const fields = definition.fields ?? []
        return Object.fromEntries(fields.map(({ name, type }) => [name, this.value(type, inner)]))
      }
      default:
        return this.value(definition.type, space)
    }
  }

  #named(name: string, space: string): unknown {
    switch (name) {
      case 'null':
        return null
      case 'boolean':
        return this.#random.next() < 0.5
      case 'int':
        return pick(this.#random, [
          0,
          -1,
          63,
          -(2 ** 31),
          2 ** 31 - 1,
          between(this.#random, -999, 999),
        ])
      case 'long':
        return pick(this.#random, [
          0n,
          -64n,
          2n ** 31n,
          2n ** 53n + 1n,
          2n ** 63n - 1n,
          -(2n ** 63n),
        ])
      case 'float':
      case 'double':
        return between(this.#random, -1000, 1000) + 0.25
      case 'bytes':
        return this.#random.bytes(between(this.#random, 0, 5))
      case 'string':
        return pick(this.#random, ['', 'text', 'größer', '😀 and more', 'x'.repeat(200)])
    }
    const full = name.includes('.') || space === '' ? name : `${space}.${name}`
    const [found, itsSpace] = this.#defined.has(full)
      ? [this.#defined.get(full), full]
      : [this.#defined.get(name), name]
    if (found === undefined) throw new Error(`${name} is not defined`)
    return this.value(found, itsSpace.split('.').slice(0, -1).join('.'))
  }

  #define(schema: SchemaJson, space: string): void {
    if (Array.isArray(schema)) for (const branch of schema) this.#define(branch, space)
    if (typeof schema === 'string' || Array.isArray(schema)) return
    const definition = schema as unknown as Definition
    const inner = spaceOf(definition, space)
    if (definition.name !== undefined) {
      const simple = definition.name.split('.').at(-1)
      this.#defined.set(inner === '' ? `${simple}` : `${inner}.${simple}`, schema)
    }
    for (const part of [definition.items, definition.values]) {
      if (part !== undefined) this.#define(part, inner)
    }
    for (const { type } of definition.fields ?? []) this.#define(type, inner)
  }

  #times<Item>(make: (index: number) => Item): Item[] {
    return Array.from({ length: between(this.#random, 0, 3) }, (_, index) => make(index))
  }
}

function spaceOf({ name, namespace }: Definition, outer: string): string {
  const dot = name?.lastIndexOf('.') ?? -1
  if (dot >= 0) return name?.slice(0, dot) ?? ''
  return namespace ?? outer
}
