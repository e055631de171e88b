/** The defaults of fields: the value that a schema's JSON stands for, if it fits the field's type. */
import { setOwn } from '../../base/own-property.ts'
import {
  isJsonArray,
  isJsonObject,
  type JsonNode,
  JsonNumber,
  type JsonObject,
} from '../schemas/json-tree.ts'
import type { AvroType, RecordType } from './model.ts'

/**
 * Defaults of records that need defaults of records grow without end, and so does the search for the
 * branches of unions that they fit: no schema may take more steps than this, nor go deeper.
 */
const mostDefaultSteps = 100_000
const deepestDefaults = 500

export const noFit = Symbol('a default that does not fit its type')

export class TooManyDefaults extends Error {}

const int = { least: -(2n ** 31n), most: 2n ** 31n - 1n }
const long = { least: -(2n ** 63n), most: 2n ** 63n - 1n }

export class DefaultValues {
  #steps = 0
  #depth = 0

  /**
   * A new value each time, for whoever gets it may change it. A union takes its first branch that
   * fits. @throws TooManyDefaults
   */
  of(type: AvroType, node: JsonNode | undefined): unknown {
    this.#steps += 1
    if (this.#steps > mostDefaultSteps) {
      throw new TooManyDefaults(`its defaults stand for more than ${mostDefaultSteps} values`)
    }
    switch (type.kind) {
      case 'null':
        return node === null ? null : noFit
      case 'boolean':
        return typeof node === 'boolean' ? node : noFit
      case 'int':
        return isWithin(node, int) ? Number(node.value) : noFit
      case 'long':
        return isWithin(node, long) ? node.value : noFit
      case 'float':
      case 'double':
        return node instanceof JsonNumber ? Number(node.value) : noFit
      case 'string':
      case 'enum':
        return typeof node === 'string' ? node : noFit
      case 'bytes':
      case 'fixed':
        return typeof node === 'string' ? Buffer.from(node, 'latin1') : noFit
      case 'array':
        return isJsonArray(node) ? this.#array(type.items, node) : noFit
      case 'map':
        return isJsonObject(node) ? this.#map(type.values, node) : noFit
      case 'record':
        return isJsonObject(node) ? this.#record(type, node) : noFit
      case 'union':
        return this.#union(type.branches, node)
    }
  }

  #array(items: AvroType, nodes: readonly JsonNode[]): unknown {
    const array: unknown[] = []
    for (const node of nodes) {
      const value = this.of(items, node)
      if (value === noFit) return noFit
      array.push(value)
    }
    return array
  }

  #map(values: AvroType, nodes: JsonObject): unknown {
    const map = {}
    for (const [key, node] of nodes) {
      const value = this.of(values, node)
      if (value === noFit) return noFit
      setOwn(map, key, value)
    }
    return map
  }

  #record(type: RecordType, nodes: JsonObject): unknown {
    if (this.#depth === deepestDefaults) {
      throw new TooManyDefaults('its defaults contain themselves')
    }
    this.#depth += 1
    const record = this.#fields(type, nodes)
    this.#depth -= 1
    return record
  }

  #fields(type: RecordType, nodes: JsonObject): unknown {
    const record = {}
    for (const field of type.fields) {
      const value = this.of(
        field.type,
        nodes.has(field.name) ? nodes.get(field.name) : field.default,
      )
      if (value === noFit) return noFit
      setOwn(record, field.name, value)
    }
    return record
  }

  #union(branches: readonly AvroType[], node: JsonNode | undefined): unknown {
    for (const branch of branches) {
      const value = this.of(branch, node)
      if (value !== noFit) return value
    }
    return noFit
  }
}

type WholeNumber = JsonNumber & { readonly value: bigint }

function isWithin(
  node: JsonNode | undefined,
  { least, most }: { least: bigint; most: bigint },
): node is WholeNumber {
  const value = node instanceof JsonNumber ? node.value : undefined
  return typeof value === 'bigint' && value >= least && value <= most
}
