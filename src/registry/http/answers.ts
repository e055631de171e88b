/** Schemas as the answers show them: Confluent's fields, in their order, empty ones left out. */
import type { Version } from '../state/versions.ts'

type Shown = Partial<Version>

/** The answer to a question for a version. */
export function shownVersion(version: Shown): object {
  return fieldsOf(version, ['subject', 'version', 'id', ...contents, 'schema', 'ts', 'deleted'])
}

/**
 * The answer to a registration. The text is told only in a notation that was asked for: a client
 * that is told it keeps it in place of the one that it sent, and confluent-kafka, which sends
 * Protobuf as a descriptor, cannot read the other.
 */
export function shownRegistration(version: Shown, hasNotation = false): object {
  const text = hasNotation ? (['schema'] as const) : []
  return fieldsOf(version, ['id', 'version', ...contents, ...text, 'ts', 'deleted'])
}

/** The answer to a question for an id; the subject is told where one was named. */
export function shownById(
  version: Shown & { readonly maxId?: number | undefined },
  hasSubject: boolean,
): object {
  const place = hasSubject ? (['subject', 'version'] as const) : []
  const [guid, schemaType, ...contract] = contents
  const text = [guid, schemaType, 'schema', ...contract] as const
  return fieldsOf(version, [...place, ...text, 'maxId', 'ts', 'deleted'])
}

const contents = ['guid', 'schemaType', 'references', 'metadata', 'ruleSet'] as const

function fieldsOf<Fields extends object>(from: Fields, names: readonly (keyof Fields)[]): object {
  const fields = names.map((name) => [name, from[name]] as const)
  const isShown = (value: unknown) =>
    value !== undefined && !(Array.isArray(value) && !value.length)
  return Object.fromEntries(fields.filter(([, value]) => isShown(value)))
}
