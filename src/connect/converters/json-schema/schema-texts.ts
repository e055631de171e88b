import { DataError } from '../../kit/errors.ts'
import { isObject } from '../../values/fields.ts'

type Json = { readonly [name: string]: unknown }

/** A JSON Schema with those that it refers to, in which `$ref` is followed. */
export class SchemaTexts {
  readonly root: Json
  readonly #documents = new Map<string, unknown>()
  /** In which document an object stands: `#/…` means a place of the same one. */
  readonly #homes = new Map<Json, Json>()
  readonly #ids = new Map<string, Json>()

  constructor(text: string, references: ReadonlyMap<string, string>) {
    this.root = asObject(JSON.parse(text))
    this.#add(this.root, this.root)
    for (const [name, referenced] of references) {
      const document = asObject(JSON.parse(referenced))
      this.#documents.set(name, document)
      this.#add(document, document)
    }
  }

  /** The schema itself, or the one that its `$ref` leads to. */
  resolved(given: unknown): Json {
    let json = asObject(given)
    for (let left = mostSteps; typeof json.$ref === 'string'; left--) {
      if (left === 0) throw new DataError(`${json.$ref} leads to no end`)
      json = this.#followed(json.$ref, this.#homes.get(json) ?? this.root)
    }
    return json
  }

  #followed(reference: string, home: Json): Json {
    const [address = '', pointer = ''] = reference.split('#')
    const known = this.#ids.get(reference)
    if (known !== undefined) return known
    const document =
      address === '' ? home : (this.#documents.get(address) ?? this.#ids.get(address))
    let found: unknown = document
    for (const step of pointer.split('/').slice(1)) {
      const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
      found = typeof found === 'object' && found !== null ? (found as Json)[name] : undefined
    }
    if (!isObject(found))
      throw new DataError(`The JSON Schema refers to ${reference}, which is not there`)
    return found
  }

  #add(json: unknown, home: Json): void {
    if (Array.isArray(json)) {
      for (const one of json) this.#add(one, home)
    } else if (isObject(json)) {
      this.#homes.set(json, home)
      const id = json.$id ?? json.id
      if (typeof id === 'string') this.#ids.set(id, json)
      for (const one of Object.values(json)) this.#add(one, home)
    }
  }
}

/** References that lead to references. */
const mostSteps = 100

/** `true` takes anything, as an empty schema does. */
function asObject(json: unknown): Json {
  if (json === true) return {}
  if (isObject(json)) return json
  throw new DataError(`A JSON Schema is an object, not ${JSON.stringify(json)}`)
}
