/** Schemas as the answers show them: Confluent's fields, in their order, empty ones left out. */
import type { Version } from '../state/versions.ts'

type Shown = Partial<Version>

/** The answer to a question for a version. */
export function shownVersion(version: Shown): object {
  const { subject, version: number, id } = version
  return { subject, version: number, id, ...shownSchema(version) }
}

/**
 * The answer to a registration. The text is told only in a notation that was asked for: a client
 * that is told it keeps it in place of the one that it sent, and confluent-kafka, which sends
 * Protobuf as a descriptor, cannot read the other.
 */
export function shownRegistration(version: Shown, hasNotation = false): object {
  const { schema: _text, ...withoutText } = version
  const { id, version: number } = version
  return { id, version: number, ...shownSchema(hasNotation ? version : withoutText) }
}

/** The answer to a question for an id; the subject is told where one was named. */
export function shownById(version: Shown, { maxId }: { maxId?: number | undefined }): object {
  const { subject, version: number, guid, schemaType, schema, ...rest } = version
  const { references, metadata, ruleSet, ts, deleted } = rest
  return {
    ...{ subject, version: number, guid, schemaType, schema },
    references: nonEmpty(references),
    ...{ metadata, ruleSet, maxId, ts, deleted },
  }
}

function shownSchema(version: Shown): object {
  const { guid, schemaType, references, metadata, ruleSet, schema, ts, deleted } = version
  return {
    ...{ guid, schemaType, references: nonEmpty(references) },
    ...{ metadata, ruleSet, schema, ts, deleted },
  }
}

function nonEmpty<Item>(list: readonly Item[] | undefined): readonly Item[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list
}
