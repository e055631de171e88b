/** What is asked of the state: schemas by id, guid, version; lists; the answers' JSON. */
import { refusal } from './errors.ts'
import { type Candidate, candidateOf, findUnder, withContract } from './lookup.ts'
import type { SchemaRequest } from './requests.ts'
import type { Services } from './services.ts'
import type { RegistryState } from './state/state.ts'
import type { Version } from './state/versions.ts'
import { contextOf, defaultContext, parseSubject, qualified, subjectIn } from './subjects.ts'

/** Throws 'subject-not-found' or 'version-not-found'. */
export function versionOf(
  state: RegistryState,
  subject: string,
  wanted: number | 'latest',
  deleted = false,
): Version {
  for (const one of inAnyContext(state, subject)) {
    const found = wanted === 'latest' ? state.versions.latest(one) : state.versions.get(one, wanted)
    if (found !== undefined && (deleted || !found.deleted)) return found
  }
  if (!state.hasSubject(subject, deleted)) throw refusal('subject-not-found', { subject })
  throw refusal('version-not-found', { version: wanted === 'latest' ? -1 : wanted })
}

/**
 * A version with this id: under the subject that is named, else in its context; a subject without
 * a context is looked for in all of them. Throws 'schema-not-found'.
 */
export function schemaWithId(state: RegistryState, id: number, subject = ''): Version {
  const { context, name } = parseSubject(subject)
  const found =
    (name === '' ? undefined : underSubject(state, id, subject)) ??
    (name === '' || context === defaultContext ? state.versions.withId(context, id)[0] : undefined)
  if (found === undefined) throw refusal('schema-not-found', { schema: id })
  return found
}

/** All versions of the schema with this id, under all subjects of its context. */
export function versionsWithId(
  state: RegistryState,
  id: number,
  { subject, deleted }: { subject?: string | undefined; deleted: boolean },
): Version[] {
  const { subject: found } = schemaWithId(state, id, subject)
  return state.versions.withId(contextOf(found), id).filter((one) => deleted || !one.deleted)
}

export function idsOfGuid(state: RegistryState, guid: string): { context: string; id: number }[] {
  return state.contexts().flatMap((context) => {
    const id = state.versions.idOfGuid(context, guid.toLowerCase())
    return id === undefined ? [] : [{ context, id }]
  })
}

/** The newest version whose metadata have all of these properties. */
export function latestWithMetadata(
  state: RegistryState,
  subject: string,
  properties: ReadonlyMap<string, string>,
  deleted: boolean,
): Version {
  const found = state.versions.of(subject).findLast((one) => {
    if (one.deleted && !deleted) return false
    const given = one.metadata?.properties
    if (given === undefined) return false
    return [...properties].every(([name, value]) => given[name] === value)
  })
  if (found !== undefined) return found
  if (!state.hasSubject(subject, deleted)) throw refusal('subject-not-found', { subject })
  throw refusal('schema-not-found', {})
}

/** The version that a request's schema is; throws 'subject-not-found' or 'schema-not-found'. */
export async function lookUp(
  subject: string,
  request: SchemaRequest,
  options: { normalize: boolean; deleted: boolean },
  { topic: { state }, parser }: Services,
): Promise<Version> {
  for (const one of inAnyContext(state, subject)) {
    const candidate = await candidateOf(one, request, options, { parser, state })
    const found =
      findUnder(state, candidate, options) ??
      findUnder(state, asRegistered(candidate, state), options)
    if (found !== undefined) return found
  }
  if (!state.hasSubject(subject, options.deleted)) throw refusal('subject-not-found', { subject })
  throw refusal('schema-not-found', {})
}

/** With what a registration would have added. */
function asRegistered(candidate: Candidate, state: RegistryState): Candidate {
  const previous = state.versions.latest(candidate.subject)
  return withContract(candidate, previous, state.configInScope(candidate.subject))
}

/** The ids of the schemas that refer to a version. */
export function referredBy(
  state: RegistryState,
  { subject, version }: Version,
  deleted: boolean,
): number[] {
  const referrers = state.versions.referrers(subject, version)
  const kept = referrers.filter((one) => deleted || !one.deleted)
  return [...new Set(kept.map(({ id }) => id))].sort((a, b) => a - b)
}

/** References as they are meant from outside of the schema's context. */
export function qualifiedReferences({ subject, references = [] }: Version) {
  return references.map((one) => ({ ...one, subject: qualified(subject, one.subject) }))
}

/** A subject without a context is looked for in the default one, then in the others. */
function inAnyContext(state: RegistryState, subject: string): string[] {
  const { context, name } = parseSubject(subject)
  if (context !== defaultContext) return [subject]
  return state.contexts().map((one) => subjectIn(one, name))
}

function underSubject(state: RegistryState, id: number, subject: string): Version | undefined {
  for (const one of inAnyContext(state, subject)) {
    const found = state.versions.withId(contextOf(one), id).filter((v) => v.subject === one)
    if (found.length > 0) return found.at(-1)
  }
  return undefined
}
