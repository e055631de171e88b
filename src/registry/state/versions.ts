import { contextOf, qualified } from '../subjects.ts'
import { guidOf, guidOfMd5 } from './guid.ts'
import type { SchemaValue } from './records.ts'

/** A version of a subject, as the topic has it. */
export interface Version extends SchemaValue {
  readonly guid: string
  /** When it was written, in milliseconds. */
  readonly ts: number
}

/** The versions of all subjects, and the ways to find them. A context is a world of ids of its own. */
export class Versions {
  readonly #bySubject = new Map<string, Map<number, Version>>()
  readonly #byId = new Map<string, Map<number, Set<Version>>>()
  readonly #idByGuid = new Map<string, Map<string, number>>()
  readonly #referrers = new Map<string, Set<Version>>()
  readonly #highestId = new Map<string, number>()
  count = 0
  characters = 0

  get(subject: string, version: number): Version | undefined {
    return this.#bySubject.get(subject)?.get(version)
  }

  /** Of the subject, ascending, deleted ones too. */
  of(subject: string): Version[] {
    const versions = this.#bySubject.get(subject)?.values() ?? []
    return [...versions].sort((a, b) => a.version - b.version)
  }

  latest(subject: string): Version | undefined {
    return this.of(subject).findLast(({ deleted }) => !deleted)
  }

  subjects(): Iterable<string> {
    return this.#bySubject.keys()
  }

  get subjectCount(): number {
    return this.#bySubject.size
  }

  /** All versions with this id, in the order in which they were written. */
  withId(context: string, id: number): readonly Version[] {
    return [...(this.#byId.get(context)?.get(id) ?? [])]
  }

  idOfGuid(context: string, guid: string): number | undefined {
    return this.#idByGuid.get(context)?.get(guid)
  }

  referrers(subject: string, version: number): readonly Version[] {
    return [...(this.#referrers.get(keyOf(subject, version)) ?? [])]
  }

  /** Of all that was ever read of the context; the next is one higher. */
  highestId(context: string): number {
    return this.#highestId.get(context) ?? 0
  }

  noteId(context: string, id: number): void {
    if (id > this.highestId(context)) this.#highestId.set(context, id)
  }

  /** Takes the place of what is there. */
  put(value: SchemaValue, ts: number): void {
    this.remove(value.subject, value.version)
    const guid = guidOfValue(value)
    const context = contextOf(value.subject)
    const [same] = this.withId(context, value.id)
    // One text for all the subjects of a schema.
    const schema = same?.schema === value.schema ? same.schema : value.schema
    const version: Version = { ...value, schema, guid, ts }
    mapIn(this.#bySubject, value.subject).set(value.version, version)
    setIn(mapIn(this.#byId, context), value.id).add(version)
    mapIn(this.#idByGuid, context).set(guid, value.id)
    for (const key of this.#referencesOf(version)) setIn(this.#referrers, key).add(version)
    this.noteId(context, value.id)
    this.count += 1
    this.characters += schema.length
  }

  remove(subject: string, version: number): void {
    const versions = this.#bySubject.get(subject)
    const removed = versions?.get(version)
    if (versions === undefined || removed === undefined) return
    versions.delete(version)
    if (versions.size === 0) this.#bySubject.delete(subject)
    this.#removeFromId(removed)
    for (const key of this.#referencesOf(removed)) {
      const referrers = this.#referrers.get(key)
      referrers?.delete(removed)
      if (referrers?.size === 0) this.#referrers.delete(key)
    }
    this.count -= 1
    this.characters -= removed.schema.length
  }

  #removeFromId(removed: Version): void {
    const context = contextOf(removed.subject)
    const ids = this.#byId.get(context)
    const sharing = ids?.get(removed.id)
    sharing?.delete(removed)
    if (sharing?.size !== 0) return
    ids?.delete(removed.id)
    const guids = this.#idByGuid.get(context)
    if (guids?.get(removed.guid) === removed.id) guids.delete(removed.guid)
  }

  #referencesOf({ subject, references = [] }: Version): string[] {
    return references.map((one) => keyOf(qualified(subject, one.subject), one.version))
  }
}

export function guidOfValue(value: SchemaValue): string {
  return value.md5 === undefined ? guidOf(value) : guidOfMd5(value.md5)
}

function keyOf(subject: string, version: number): string {
  return `${version}/${subject}`
}

function mapIn<Outer, Inner, Value>(maps: Map<Outer, Map<Inner, Value>>, key: Outer) {
  const map = maps.get(key) ?? new Map<Inner, Value>()
  maps.set(key, map)
  return map
}

function setIn<Key, Value>(sets: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const set = sets.get(key) ?? new Set<Value>()
  sets.set(key, set)
  return set
}
