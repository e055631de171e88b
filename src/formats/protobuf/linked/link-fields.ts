import { invalidSchema } from '../errors.ts'
import type { FieldElement, GroupElement } from '../text/elements.ts'
import { plainOption } from '../text/elements.ts'
import { type Features, withOptions } from './features.ts'
import {
  type FieldType,
  isScalarName,
  type LinkedField,
  type LinkedMessage,
  type ScalarName,
} from './model.ts'
import type { Symbols } from './symbols.ts'

/** The fields of a message with their types; throws `invalid-schema` for a type that nothing defines. */
export function linkFields(message: LinkedMessage, symbols: Symbols): LinkedField[] {
  const { element, features, fullName } = message
  const link = (field: FieldElement, oneof?: string) =>
    linkField(field, { symbols, scope: fullName, features, name: field.name, oneof })
  const group = (one: GroupElement, oneof?: string) => {
    const field = groupField(one)
    return {
      ...linkField(field, { symbols, scope: fullName, features, name: field.name, oneof }),
      isGroup: true,
      delimited: true,
    }
  }
  return [
    ...element.fields.map((field) => link(field)),
    ...element.oneofs.flatMap(({ name, fields, groups }) => [
      ...fields.map((field) => link(field, name)),
      ...groups.map((one) => group(one, name)),
    ]),
    ...element.groups.map((one) => group(one)),
    ...symbols.extensionsOf(message).map(({ field, scope, features: outer, fullName: name }) => {
      // An extension is there or not, in every version of the language.
      const labelled = { ...field, label: field.label ?? 'optional' }
      const around = { symbols, scope, features: outer, name: `[${name}]`, oneof: undefined }
      return linkField(labelled, around)
    }),
  ]
}

interface Surroundings {
  readonly symbols: Symbols
  readonly scope: string
  readonly features: Features
  readonly name: string
  readonly oneof: string | undefined
}

export function linkField(field: FieldElement, around: Surroundings): LinkedField {
  const { symbols, scope, name, oneof } = around
  if (field.name === '__proto__') {
    throw invalidSchema(`'${scope}' has a field '__proto__', a name that no record can have`)
  }
  const type = typeOf(field.type, symbols, scope, field.name)
  const features = withOptions(around.features, field.options)
  const common = {
    name,
    number: field.number,
    element: field,
    oneof,
    isGroup: false,
    checksUtf8: features.utf8_validation === 'VERIFY',
  }
  const entry = mapTypes(field, type, symbols)
  if (entry !== undefined) {
    return {
      ...common,
      ...entry,
      repeated: false,
      presence: 'implicit',
      packed: false,
      delimited: false,
    }
  }
  const repeated = field.label === 'repeated'
  const isPackable = type.kind === 'enum' || (type.kind === 'scalar' && !isLong(type.name))
  const packedByFeature = features.repeated_field_encoding === 'PACKED'
  const saidPacked = plainOption(field.options, 'packed')
  return {
    ...common,
    type,
    mapKey: undefined,
    repeated,
    presence: presenceOf(field, type, oneof, features),
    packed:
      repeated &&
      isPackable &&
      (saidPacked === undefined ? packedByFeature : saidPacked === 'true'),
    delimited: type.kind === 'message' && features.message_encoding === 'DELIMITED',
  }
}

/** The field that a group is, in the place of its message. */
export function groupField({ label, number, options, message }: GroupElement): FieldElement {
  return {
    label,
    type: message.name,
    mapKey: undefined,
    name: message.name.toLowerCase(),
    number,
    defaultValue: undefined,
    jsonName: undefined,
    options,
  }
}

function typeOf(name: string, symbols: Symbols, scope: string, field: string): FieldType {
  if (isScalarName(name)) return { kind: 'scalar', name }
  const type = symbols.resolveType(name, scope)
  if (type !== undefined) return type
  throw invalidSchema(
    `'${name}', the type of the field '${field}' of '${scope}', is defined neither in the schema nor in what it refers to`,
  )
}

/** A map is written as one, or as its entries are sent: repeated messages of a key and a value. */
function mapTypes(
  field: FieldElement,
  type: FieldType,
  symbols: Symbols,
): { readonly mapKey: ScalarName; readonly type: FieldType } | undefined {
  if (field.mapKey !== undefined) return { mapKey: mapKeyOf(field.mapKey, field.name), type }
  if (field.label !== 'repeated' || type.kind !== 'message' || !type.isMapEntry) return undefined
  const [key, value] = [1, 2].map((number) =>
    type.element.fields.find((one) => one.number === number && one.label !== 'repeated'),
  )
  if (key === undefined || value === undefined) {
    throw invalidSchema(
      `'${type.fullName}' is no entry of a map: it needs a key = 1 and a value = 2`,
    )
  }
  return {
    mapKey: mapKeyOf(key.type, field.name),
    type: typeOf(value.type, symbols, type.fullName, field.name),
  }
}

function mapKeyOf(name: string, field: string): ScalarName {
  const isKey = isScalarName(name) && !['float', 'double', 'bytes'].includes(name)
  if (isKey) return name
  throw invalidSchema(
    `the keys of the map '${field}' are '${name}'; integers, bool and string may be`,
  )
}

function presenceOf(
  { label }: FieldElement,
  type: FieldType,
  oneof: string | undefined,
  features: Features,
): LinkedField['presence'] {
  if (label === 'required' || features.field_presence === 'LEGACY_REQUIRED') return 'required'
  const isExplicit = label === 'optional' || oneof !== undefined || type.kind === 'message'
  return isExplicit || features.field_presence !== 'IMPLICIT' ? 'explicit' : 'implicit'
}

function isLong(name: ScalarName): boolean {
  return name === 'string' || name === 'bytes'
}
