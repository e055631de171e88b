import type { FileElement, OptionElement, OptionValue } from '../text/elements.ts'

/**
 * What the versions of the language differ in. proto2 and proto3 are two fixed sets; from edition
 * 2023 on, `option features.…` chooses for a file, a message, an enum or a field.
 */
export interface Features {
  readonly field_presence: string
  readonly enum_type: string
  readonly repeated_field_encoding: string
  readonly utf8_validation: string
  readonly message_encoding: string
}

const proto3: Features = {
  field_presence: 'IMPLICIT',
  enum_type: 'OPEN',
  repeated_field_encoding: 'PACKED',
  utf8_validation: 'VERIFY',
  message_encoding: 'LENGTH_PREFIXED',
}
const proto2: Features = {
  field_presence: 'EXPLICIT',
  enum_type: 'CLOSED',
  repeated_field_encoding: 'EXPANDED',
  utf8_validation: 'NONE',
  message_encoding: 'LENGTH_PREFIXED',
}
const editions: Features = { ...proto3, field_presence: 'EXPLICIT' }

export function fileFeatures(file: FileElement): Features {
  if (file.edition !== undefined) return withOptions(editions, file.options)
  return file.syntax === 'proto3' ? proto3 : proto2
}

/** The features of a part, given those of what it lies in. */
export function withOptions(features: Features, options: readonly OptionElement[]): Features {
  const own = options
    .filter(({ name, parenthesized }) => name === 'features' && !parenthesized)
    .flatMap(({ value }) => choices(value))
  return own.length === 0 ? features : { ...features, ...Object.fromEntries(own) }
}

function choices(value: OptionValue): [string, string][] {
  if (value.kind === 'option') {
    const { name, value: chosen } = value.option
    return 'text' in chosen ? [[name, chosen.text]] : []
  }
  if (value.kind !== 'map') return []
  return [...value.entries].flatMap(([name, chosen]) =>
    'text' in chosen ? [[name, chosen.text] satisfies [string, string]] : [],
  )
}
