/** The drafts of JSON Schema, by what `$schema` says; without it draft 7, as Confluent's registry has it. */
import { isJsonObject, type JsonNode } from '../schemas/json-tree.ts'

export type Draft = '4' | '6' | '7' | '2019-09' | '2020-12'

const drafts: Readonly<Record<string, Draft>> = {
  'json-schema.org/schema': '4',
  'json-schema.org/draft-04/schema': '4',
  'json-schema.org/draft-06/schema': '6',
  'json-schema.org/draft-07/schema': '7',
  'json-schema.org/draft/2019-09/schema': '2019-09',
  'json-schema.org/draft/2020-12/schema': '2020-12',
}

export function draftOf(root: JsonNode): Draft {
  const uri = isJsonObject(root) ? root.get('$schema') : undefined
  return draftOfUri(typeof uri === 'string' ? uri : '') ?? '7'
}

/** The draft whose own schema has this address. */
export function draftOfUri(uri: string): Draft | undefined {
  const place = uri.replace(/^https?:\/\//, '').replace(/#$/, '')
  return Object.hasOwn(drafts, place) ? drafts[place] : undefined
}

/** From 2019-09 on, keywords beside `$ref` count, and `dependencies` is two keywords. */
export function isModern(draft: Draft): boolean {
  return draft === '2019-09' || draft === '2020-12'
}

export function idKeyword(draft: Draft): '$id' | 'id' {
  return draft === '4' ? 'id' : '$id'
}
