/** Finding a schema under a subject by its text, as registrations and lookups do. */
import type { SchemaReference } from '../client/registry/index.ts'
import type { SchemaType } from '../formats/schemas/schema-format.ts'
import {
  type Metadata,
  mergeMetadata,
  mergeRuleSets,
  type RuleSet,
  withoutVersion,
} from './contract.ts'
import { refusal } from './errors.ts'
import type { SchemaRequest } from './requests.ts'
import type { SchemaParser } from './schemas/parser.ts'
import { guidOf } from './state/guid.ts'
import type { Config } from './state/records.ts'
import type { RegistryState } from './state/state.ts'
import type { Version } from './state/versions.ts'
import { contextOf, qualified } from './subjects.ts'

/** A schema as it would be kept. */
export interface Candidate {
  readonly subject: string
  readonly schemaType: SchemaType
  readonly schema: string
  readonly references: readonly SchemaReference[]
  readonly metadata: Metadata | undefined
  readonly ruleSet: RuleSet | undefined
}

/**
 * The candidate of a request: its text canonical or normalized, and what it leaves out taken from
 * the previous version. Throws 'schema-invalid'.
 */
export async function candidateOf(
  subject: string,
  request: SchemaRequest,
  { normalize = false }: { normalize?: boolean },
  { parser, state }: { parser: SchemaParser; state: RegistryState },
): Promise<Candidate> {
  const previous = request.schema?.trim() ? undefined : state.versions.latest(subject)
  const schema = previous?.schema ?? request.schema ?? ''
  if (schema.trim() === '') throw refusal('schema-invalid', { why: 'Empty schema' })
  const schemaType = previous?.schemaType ?? request.schemaType
  if (!parser.isType(schemaType)) {
    throw refusal('schema-invalid', { why: `Invalid schema type ${schemaType}` })
  }
  const references = previous?.references ?? request.references
  const parsed = await parser.parse({ subject, schemaType, schema, references }, state)
  const normalizes = normalize || state.configInScope(subject).normalize === true
  const text = normalizes && !state.isImporting(subject) ? parsed.normalized() : parsed.canonical
  const { metadata, ruleSet } = request
  return { subject, schemaType, schema: text, references, metadata, ruleSet }
}

/** With the metadata and rules of the previous version where it has none, and those of the configuration. */
export function withContract(
  candidate: Candidate,
  previous: Version | undefined,
  config: Config,
): Candidate {
  const metadata = candidate.metadata ?? previous?.metadata
  const ruleSet = candidate.ruleSet ?? previous?.ruleSet
  return {
    ...candidate,
    metadata: mergeMetadata(
      mergeMetadata(config.defaultMetadata, metadata),
      config.overrideMetadata,
    ),
    ruleSet: mergeRuleSets(mergeRuleSets(config.defaultRuleSet, ruleSet), config.overrideRuleSet),
  }
}

/** The version of the subject that is this schema; of two, the newer. */
export function findUnder(
  state: RegistryState,
  candidate: Candidate,
  { deleted = false }: { deleted?: boolean } = {},
): Version | undefined {
  const { subject, schema, schemaType } = candidate
  const alike = state.versions
    .of(subject)
    .filter((one) => one.schema === schema && one.schemaType === schemaType)
  const wanted = identityOf(candidate, state)
  return alike.findLast((one) => (deleted || !one.deleted) && identityOf(one, state) === wanted)
}

/** The id that the schema has in the context of its subject, under whatever subject. */
export function idOf(state: RegistryState, candidate: Candidate): number | undefined {
  const context = contextOf(candidate.subject)
  const id = state.versions.idOfGuid(context, guidOf(candidate))
  const [same] = id === undefined ? [] : state.versions.withId(context, id)
  return same?.schemaType === candidate.schemaType ? id : undefined
}

/** The same for two that differ only in the version that their metadata tell. */
function identityOf(
  schema: Pick<Version, 'subject' | 'schema' | 'metadata' | 'ruleSet' | 'references'>,
  state: RegistryState,
): string {
  const references = (schema.references ?? []).map(({ version, ...rest }) => {
    const isLatest = version === -1
    const latest = isLatest && state.versions.latest(qualified(schema.subject, rest.subject))
    return { ...rest, version: latest ? latest.version : version }
  })
  const metadata = withoutVersion(schema.metadata)
  return guidOf({ ...schema, references, metadata })
}
