/**
 * The texts that make up one schema and the places that a `$ref` can name: the schema itself, its
 * references by their names, and whatever has an `$id` or an anchor. Nothing is ever fetched.
 */
import { isJsonArray, isJsonObject, type JsonNode, type JsonObject } from '../schemas/json-tree.ts'
import { type Draft, draftOfUri, idKeyword } from './draft.ts'

/** A schema within a text: its JSON and the address that the references in it start from. */
export interface Place {
  readonly node: JsonNode
  readonly base: string
}

/** What relative addresses start from where no `$id` says otherwise. */
const nowhere = 'mem://input'
/** Keywords whose values are data, not schemas: an `$id` in there names nothing. */
export const dataKeywords = new Set(['const', 'enum', 'default', 'examples'])
const anchorKeywords = ['$anchor', '$dynamicAnchor']

export class Documents {
  readonly root: Place
  readonly #idKeyword: '$id' | 'id'
  readonly #places = new Map<string, Place>()

  constructor(root: JsonNode, references: ReadonlyMap<string, JsonNode>, draft: Draft) {
    this.#idKeyword = idKeyword(draft)
    const base = resolved(this.#idOf(root) ?? '', nowhere)
    this.root = { node: root, base }
    this.#add(nowhere, this.root)
    for (const [name, node] of references) {
      const place = { node, base: resolved(name, base) }
      this.#add(resolved(name, nowhere), place)
      this.#add(place.base, place)
      this.#register(node, place.base)
    }
    this.#register(root, nowhere)
  }

  /** The place that a `$ref` names, 'a draft' for the schema of a draft itself. */
  find(ref: string, base: string): Place | 'a draft' | undefined {
    const address = resolved(ref, base)
    if (draftOfUri(address.split('#')[0] ?? '') !== undefined) return 'a draft'
    const [document = '', fragment = ''] = address.split('#')
    const known =
      this.#places.get(address) ?? (fragment === '' ? this.#places.get(document) : undefined)
    if (known !== undefined) return known
    const start = this.#places.get(document)
    return start && fragment.startsWith('/') ? this.#follow(start, fragment) : undefined
  }

  /** The base of what lies below a schema: its `$id` moves it. */
  within(node: JsonNode, base: string): string {
    const id = this.#idOf(node)
    return id === undefined || id.startsWith('#') ? base : resolved(id, base)
  }

  /** Walks a JSON pointer; `$defs` finds what lies in `definitions` too, as with Confluent's registry. */
  #follow(start: Place, pointer: string): Place | undefined {
    let { node, base }: { node: JsonNode | undefined; base: string } = start
    for (const step of pointer.slice(1).split('/')) {
      const key = unescaped(step)
      const parent: JsonNode | undefined = node
      if (isJsonArray(parent)) node = parent[Number(key)]
      else if (isJsonObject(parent)) node = child(parent, key)
      else return undefined
      if (node === undefined) return undefined
      base = this.within(node, base)
    }
    return node === undefined ? undefined : { node, base }
  }

  #register(node: JsonNode, outer: string): void {
    if (isJsonArray(node)) {
      for (const item of node) this.#register(item, outer)
      return
    }
    if (!isJsonObject(node)) return
    const base = this.within(node, outer)
    const id = this.#idOf(node)
    if (id !== undefined) this.#add(resolved(id, outer), { node, base })
    for (const keyword of anchorKeywords) {
      const anchor = node.get(keyword)
      if (typeof anchor === 'string') this.#add(resolved(`#${anchor}`, base), { node, base })
    }
    for (const [key, value] of node) {
      if (!dataKeywords.has(key)) this.#register(value, base)
    }
  }

  #idOf(node: JsonNode): string | undefined {
    const id = isJsonObject(node) ? node.get(this.#idKeyword) : undefined
    return typeof id === 'string' ? id : undefined
  }

  /** The first to take an address keeps it. */
  #add(address: string, place: Place): void {
    const key = address.replace(/#$/, '')
    if (!this.#places.has(key)) this.#places.set(key, place)
  }
}

function child(parent: JsonObject, key: string): JsonNode | undefined {
  return parent.get(key) ?? (key === '$defs' ? parent.get('definitions') : undefined)
}

function unescaped(step: string): string {
  try {
    return decodeURIComponent(step).replace(/~1/g, '/').replace(/~0/g, '~')
  } catch {
    return step
  }
}

/** An address as a reference means it; what is no address stays as it is. */
function resolved(reference: string, base: string): string {
  return URL.canParse(reference, base) ? new URL(reference, base).href : reference
}
