/** Whether two definitions of one name say the same: documentation and aliases may differ. */
import { type JsonNode, type JsonObject, printJson } from '../schemas/json-tree.ts'
import { type AvroType, type Field, isNamed, type NamedType } from './model.ts'

/** Stands where a type will be set once its name is known; it equals nothing. */
export const notYetKnown: AvroType = { kind: 'null', properties: new Map() }

export function isSameDefinition(one: NamedType, other: NamedType): boolean {
  if (!areSameProperties(one.properties, other.properties)) return false
  if (one.kind === 'record' && other.kind === 'record') {
    return areSame(one.fields, other.fields, isSameField)
  }
  if (one.kind === 'enum' && other.kind === 'enum') {
    return areSame(one.symbols, other.symbols, (a, b) => a === b)
  }
  return one.kind === 'fixed' && other.kind === 'fixed' && one.sizeBytes === other.sizeBytes
}

function isSameField(one: Field, other: Field): boolean {
  return (
    one.name === other.name &&
    one.order === other.order &&
    isSameNode(one.default, other.default) &&
    areSameProperties(one.properties, other.properties) &&
    isSameType(one.type, other.type)
  )
}

/** Named types are the same by their name: what has a name was compared when it was defined. */
function isSameType(one: AvroType, other: AvroType): boolean {
  if (one === notYetKnown || other === notYetKnown) return false
  if (one.kind === 'union' && other.kind === 'union') {
    return areSame(one.branches, other.branches, isSameType)
  }
  if (one.kind === 'union' || other.kind === 'union') return false
  if (isNamed(one) && isNamed(other)) return one.name.full === other.name.full
  if (!areSameProperties(one.properties, other.properties)) return false
  if (one.kind === 'array' && other.kind === 'array') return isSameType(one.items, other.items)
  if (one.kind === 'map' && other.kind === 'map') return isSameType(one.values, other.values)
  return one.kind === other.kind
}

function areSameProperties(one: JsonObject, other: JsonObject): boolean {
  return isSameNode(one, other)
}

function isSameNode(one: JsonNode | undefined, other: JsonNode | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return printJson(one, { sorted: true }) === printJson(other, { sorted: true })
}

function areSame<Item>(
  ones: readonly Item[],
  others: readonly Item[],
  same: (one: Item, other: Item) => boolean,
): boolean {
  return ones.length === others.length && ones.every((one, at) => same(one, others[at] as Item))
}
