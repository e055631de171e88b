import type { ParsedSchema } from '../../formats/schemas/schema-format.ts'
import type { Metadata } from '../contract.ts'
import type { Candidate } from '../lookup.ts'
import { incompatibilities } from '../schemas/compatibility.ts'
import type { SchemaParser } from '../schemas/parser.ts'
import type { Config } from '../state/records.ts'
import type { RegistryState } from '../state/state.ts'
import type { Version } from '../state/versions.ts'

/** Top-level fields that no later version may have, as a list in the metadata. */
const reservedProperty = 'confluent:reserved'

/** What stands between a candidate and these versions, by the configuration of its subject. */
export async function objections(
  candidate: Candidate,
  earlier: readonly Version[],
  { parser, state }: { parser: SchemaParser; state: RegistryState },
): Promise<string[]> {
  const config = state.configInScope(candidate.subject)
  const level = config.compatibilityLevel ?? 'BACKWARD'
  const compared = inGroup(candidate, earlier, config)
  const parsed = await parser.parse(candidate, state)
  const validatesFields = config.validateFields === true
  const messages = [
    ...(validatesFields ? reservedFields(candidate, parsed, earlier.at(-1)) : []),
    ...(await incompatibilities(
      level,
      parsed,
      compared.map((version) => async () => ({
        version: version.version,
        parsed: await parser.parse(version, state),
      })),
    )),
  ]
  if (messages.length === 0) return []
  return [...messages, `{validateFields: '${validatesFields}', compatibility: '${level}'}`]
}

/** With a group, only versions whose metadata have the same value of that property are compared. */
function inGroup(
  { metadata }: Candidate,
  earlier: readonly Version[],
  { compatibilityGroup: group }: Config,
): readonly Version[] {
  if (group === undefined) return earlier
  const value = metadata?.properties?.[group]
  return earlier.filter((one) => one.metadata?.properties?.[group] === value)
}

function reservedFields(
  { metadata }: Candidate,
  parsed: ParsedSchema,
  previous: Version | undefined,
): string[] {
  const reserved = reservedIn(metadata)
  const removed = reservedIn(previous?.metadata).filter((field) => !reserved.includes(field))
  const fields = topLevelFields(parsed)
  return [
    ...removed.map(
      (field) =>
        `The new schema has reserved field ${field} removed from its metadata which is present in the old schema's metadata.`,
    ),
    ...reserved
      .filter((field) => fields.includes(field))
      .map((field) => `The new schema has field that conflicts with the reserved field ${field}.`),
  ]
}

function reservedIn(metadata: Metadata | undefined): string[] {
  const list = metadata?.properties?.[reservedProperty] ?? ''
  return list.split(',').flatMap((field) => field.trim() || [])
}

/** Of a schema that is JSON (Avro's records, JSON Schema's objects); others name none here. */
function topLevelFields({ type, canonical }: ParsedSchema): string[] {
  if (type === 'PROTOBUF') return []
  const { fields, properties } = Object(JSON.parse(canonical)) as {
    fields?: readonly { name: string }[]
    properties?: object
  }
  return type === 'AVRO' ? (fields ?? []).map(({ name }) => name) : Object.keys(properties ?? {})
}
