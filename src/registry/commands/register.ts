import { hasVersion, withVersion } from '../contract.ts'
import { refusal } from '../errors.ts'
import type { RegistryLimits } from '../limits.ts'
import { type Candidate, candidateOf, findUnder, idOf, withContract } from '../lookup.ts'
import type { SchemaRequest } from '../requests.ts'
import type { Services } from '../services.ts'
import { guidOf } from '../state/guid.ts'
import type { RegistryState } from '../state/state.ts'
import type { Version } from '../state/versions.ts'
import { contextOf, defaultContext } from '../subjects.ts'
import type { Writing } from '../writes.ts'
import { checkSubject, checkWritable, notPermitted } from './checks.ts'
import { objections } from './compatible.ts'

export interface RegisterOptions {
  readonly normalize?: boolean
  /** Without asking whether it is compatible. */
  readonly force?: boolean
}

export type Registered = Pick<
  Version,
  'id' | 'version' | 'guid' | 'schemaType' | 'schema' | 'references' | 'metadata' | 'ruleSet'
>

/** Registers a schema, or finds it registered. Throws what the registry refuses. */
export async function register(
  subject: string,
  request: SchemaRequest,
  options: RegisterOptions,
  services: Services,
): Promise<Registered> {
  checkSubject(subject, 'schemas')
  await services.topic.ready()
  return (
    (await registeredAlready(subject, request, options, services)) ??
    (await services.writes.run((writing) =>
      registerNow(subject, request, options, { ...services, ...writing }),
    ))
  )
}

/** Most registrations are of schemas that are there: they need no write and no turn. */
async function registeredAlready(
  subject: string,
  request: SchemaRequest,
  options: RegisterOptions,
  { topic, parser }: Services,
): Promise<Version | undefined> {
  const { state } = topic
  const { defaultMetadata, overrideMetadata, defaultRuleSet, overrideRuleSet } =
    state.configInScope(subject)
  const changes = [defaultMetadata, overrideMetadata, defaultRuleSet, overrideRuleSet]
  if (changes.some((one) => one !== undefined)) return undefined
  if (request.id !== undefined || request.version !== undefined) return undefined
  const candidate = await candidateOf(subject, request, options, { parser, state })
  return findUnder(state, candidate)
}

async function registerNow(
  subject: string,
  request: SchemaRequest,
  options: RegisterOptions,
  services: Services & Writing,
): Promise<Registered> {
  const { state, parser, limits } = services
  const wantedId = request.id ?? -1
  checkMode(state, subject, wantedId)
  const versions = state.versions.of(subject)
  const live = versions.filter(({ deleted }) => !deleted)
  const imports = state.isImporting(subject)
  const next = (versions.at(-1)?.version ?? 0) + 1
  const plain = await candidateOf(subject, request, options, { parser, state })
  const candidate = imports ? plain : contracted(plain, request, live.at(-1), next, state)

  const isFree = request.version === undefined || request.version === 0
  const found = findUnder(state, candidate)
  if (found !== undefined && isFree && (wantedId < 0 || wantedId === found.id)) return found
  const version = versionFor(request.version ?? 0, next, imports)
  const known = state.versions.get(subject, version)
  if (known !== undefined && known === found && known.id === wantedId) return known

  checkSizes(candidate, state, limits)
  if (!imports && options.force !== true) {
    const messages = await objections(candidate, live, { parser, state })
    if (messages.length > 0) throw refusal('schema-incompatible', { subject, messages })
  }
  const id = idFor(candidate, wantedId, state)
  await write({ ...candidate, version, id, deleted: false }, versions, services)
  return { ...candidate, version, id, guid: guidOf(candidate) }
}

function checkMode(state: RegistryState, subject: string, wantedId: number): void {
  checkWritable(state, subject)
  if (wantedId >= 0 && !state.isImporting(subject)) {
    throw notPermitted(subject, 'is not in import mode')
  }
  if (wantedId < 0 && state.modeInScope(subject) !== 'READWRITE') {
    throw notPermitted(subject, 'is not in read-write mode')
  }
}

/** With the metadata and rules that the configuration and the previous version give it. */
function contracted(
  candidate: Candidate,
  { version = 0 }: SchemaRequest,
  previous: Version | undefined,
  next: number,
  state: RegistryState,
): Candidate {
  const full = withContract(candidate, previous, state.configInScope(candidate.subject))
  if (version === 0 && !hasVersion(full.metadata)) return full
  return { ...full, metadata: withVersion(full.metadata, next) }
}

function versionFor(wanted: number, next: number, imports: boolean): number {
  if (wanted <= 0) return next
  if (wanted === next || imports) return wanted
  throw refusal('schema-invalid', { why: 'Version is not one more than previous version' })
}

/** The id that the schema has already in its context, the one it is to be taken over with, or a new one. */
function idFor(candidate: Candidate, wantedId: number, state: RegistryState): number {
  const context = contextOf(candidate.subject)
  const known = idOf(state, candidate)
  if (wantedId < 0) return known ?? state.versions.highestId(context) + 1
  const [other] = state.versions.withId(context, wantedId)
  if (other !== undefined && other.guid !== guidOf(candidate)) {
    const where = context === defaultContext ? '' : `:${context}:`
    const why = `Overwrite new schema with id ${wantedId} in context ${where} is not permitted.`
    throw refusal('not-permitted', { why })
  }
  return wantedId
}

function checkSizes({ schema }: Candidate, state: RegistryState, limits: RegistryLimits): void {
  if (Buffer.byteLength(schema) > limits.schemaBytes) throw refusal('schema-too-large', undefined)
  if (state.versions.count >= limits.versions) {
    throw refusal('registry-full', { limit: limits.versions, what: 'versions' })
  }
  if (state.versions.characters + schema.length > limits.characters) {
    throw refusal('registry-full', { limit: limits.characters, what: 'characters of schemas' })
  }
}

async function write(
  value: Candidate & { version: number; id: number; deleted: boolean },
  versions: readonly Version[],
  { state, write }: Writing,
): Promise<void> {
  const { subject, version, id } = value
  const context = contextOf(subject)
  if (!state.hasContext(context)) await write({ type: 'CONTEXT', context, value: true })
  for (const one of versions) {
    // Under the new version the schema can be found again; what others refer to stays.
    const isReplaced = one.deleted && one.id === id && one.version < version
    if (!isReplaced || state.versions.referrers(subject, one.version).length > 0) continue
    await write({ type: 'SCHEMA', subject, version: one.version })
  }
  await write({ type: 'SCHEMA', subject, version, value })
}
