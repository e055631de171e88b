type Sentence = (path: string) => string

const compatible = undefined

/**
 * Which changes a reader lives with, and what Confluent's registry says of the others: a %s for the
 * reader's schema and then one for the writer's.
 */
const sentences = {
  PACKAGE_CHANGED: (path) =>
    `The package at '${path}' in the %s schema does not match the package in the %s schema`,
  MESSAGE_ADDED: compatible,
  MESSAGE_REMOVED: (path) =>
    `The %s schema is missing a MESSAGE type at path '${path}' in the %s schema`,
  MESSAGE_MOVED: compatible,
  ENUM_ADDED: compatible,
  ENUM_REMOVED: compatible,
  ENUM_CONST_ADDED: compatible,
  ENUM_CONST_CHANGED: compatible,
  ENUM_CONST_REMOVED: compatible,
  FIELD_ADDED: compatible,
  FIELD_REMOVED: compatible,
  FIELD_NAME_CHANGED: compatible,
  FIELD_KIND_CHANGED: (path) =>
    `The type of a field at path '${path}' in the %s schema does not match the %s schema`,
  FIELD_SCALAR_KIND_CHANGED: (path) =>
    `The kind of a SCALAR field at path '${path}' in the %s schema does not match its kind in the %s schema`,
  FIELD_NAMED_TYPE_CHANGED: (path) =>
    `The type of a MESSAGE field at path '${path}' in the %s schema does not match its type in the %s schema`,
  FIELD_NUMERIC_LABEL_CHANGED: (path) =>
    `The label for a NUMERIC field at path '${path}' in the %s schema does not match its label in the %s schema`,
  FIELD_STRING_OR_BYTES_LABEL_CHANGED: compatible,
  REQUIRED_FIELD_ADDED: (path) =>
    `A required field  at path '${path}' in the %s schema is missing in the %s schema`,
  REQUIRED_FIELD_REMOVED: (path) =>
    `The %s schema is missing a required field at path: '${path}' in the %s schema`,
  ONEOF_ADDED: compatible,
  ONEOF_REMOVED: compatible,
  ONEOF_FIELD_ADDED: compatible,
  ONEOF_FIELD_REMOVED: (path) =>
    `The %s schema is missing a oneof field at path '${path}' in the %s schema`,
  ONEOF_FIELD_MOVED_TO_TOP_LEVEL: compatible,
  MULTIPLE_FIELDS_MOVED_TO_ONEOF: (path) =>
    `Multiple fields in the oneof at path '${path}' in the %s schema are outside a oneof in the %s schema`,
  FIELD_MOVED_TO_EXISTING_ONEOF: (path) =>
    `A field in the oneof at path '${path}' in the %s schema is outside an existing oneof in the %s schema`,
} as const satisfies Record<string, Sentence | undefined>

export type DifferenceType = keyof typeof sentences

export interface Difference {
  readonly type: DifferenceType
  /** `#/Message/Nested/3`: names of messages, numbers of fields. */
  readonly path: string
}

export function isCompatible({ type }: Difference): boolean {
  return sentences[type] === undefined
}

/** As Confluent's registry prints it. */
export function incompatibility({ type, path }: Difference): string {
  const description = sentences[type]?.(path) ?? ''
  return `{errorType:"${type}", description:"${description}"}`
}
