/**
 * The id that a schema has in every registry: the MD5 of its text, references, metadata and rules
 * as a UUID (Confluent's `Schema.updateHash`).
 */
import { createHash, type Hash } from 'node:crypto'
import type { SchemaReference } from '../../client/registry/index.ts'
import { type Metadata, type Rule, type RuleSet, rulesOf } from '../contract.ts'

export interface Hashed {
  readonly schema: string
  readonly references?: readonly SchemaReference[]
  readonly metadata?: Metadata | undefined
  readonly ruleSet?: RuleSet | undefined
}

/** Tells metadata and rules that are empty from those that are not there. */
const isThere = Buffer.of(1)

export function guidOf({ schema, references = [], metadata, ruleSet }: Hashed): string {
  const hash = createHash('md5').update(schema)
  for (const { name, subject, version } of references) {
    const number = Buffer.alloc(4)
    number.writeInt32BE(version)
    hash.update(name).update(subject).update(number)
  }
  if (metadata !== undefined) updateWithMetadata(hash.update(isThere), metadata)
  if (ruleSet !== undefined) {
    hash.update(isThere)
    for (const rule of rulesOf(ruleSet)) updateWithRule(hash, rule)
    hash.update(ruleSet.enableAt ?? '')
  }
  return uuid(hash.digest('hex'))
}

/** The guid of a hash that a record carries, in Base64. */
export function guidOfMd5(md5: string): string {
  return uuid(Buffer.from(md5, 'base64').toString('hex'))
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.*)$/, '$1-$2-$3-$4-$5')
}

/** By name: an object of JavaScript has names that are numbers first. */
function inOrder<Value>(map: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))
}

function updateWithMetadata(hash: Hash, { tags = {}, properties = {}, sensitive = [] }: Metadata) {
  for (const [path, names] of inOrder(tags)) {
    hash.update(path)
    for (const name of names) hash.update(name)
  }
  for (const [name, value] of inOrder(properties)) hash.update(name).update(value)
  for (const name of sensitive) hash.update(name)
}

function updateWithRule(hash: Hash, rule: Rule): void {
  const { name, doc = '', kind, mode, type, tags = [], params = {} } = rule
  hash.update(name).update(doc).update(kind).update(mode).update(type)
  for (const tag of tags) hash.update(tag)
  for (const [param, value] of inOrder(params)) hash.update(param).update(value)
  hash
    .update(rule.expr ?? '')
    .update(rule.onSuccess ?? '')
    .update(rule.onFailure ?? '')
  if (rule.disabled) hash.update(isThere)
}
