/** The attributes and names in which Confluent's converters keep what Avro has no word for. */
const space = 'io.confluent.connect.avro'

export const attribute = {
  name: 'connect.name',
  version: 'connect.version',
  doc: 'connect.doc',
  default: 'connect.default',
  parameters: 'connect.parameters',
  type: 'connect.type',
  internalType: 'connect.internal.type',
} as const

export const parameter = {
  recordDoc: `${space}.record.doc`,
  fieldDoc: `${space}.field.doc.`,
  enumDoc: `${space}.enum.doc.`,
  enumDefault: `${space}.enum.default.`,
  /** Says that a default is the field's and not the type's. */
  fieldDefault: `${space}.field.default`,
  fixedSize: 'connect.fixed.size',
  precision: 'connect.decimal.precision',
} as const

export const defaultName = `${space}.ConnectDefault`
export const mapEntry = { space, name: 'MapEntry' } as const
export const defaultPrecision = 64

export interface AvroOptions {
  /** Whether schemas carry Connect's names, versions, docs, parameters and defaults. */
  readonly metaData: boolean
  /** Whether enums stay enums, and branches of unions have their whole names. */
  readonly enhanced: boolean
  readonly generalizedSums: boolean
  readonly scrubsNames: boolean
  readonly allowsOptionalMapKeys: boolean
  readonly flattensSingletons: boolean
  readonly ignoresDefaults: boolean
}

/** The last part of a name, and what stands before it. */
export function splitName(full: string): {
  readonly space: string | undefined
  readonly name: string
} {
  const dot = full.lastIndexOf('.')
  return { space: dot < 0 ? undefined : full.slice(0, dot), name: full.slice(dot + 1) }
}

/** A name that Avro takes: other characters become underscores, as Confluent's converters do it. */
export function scrubbed(name: string, { scrubsNames }: AvroOptions): string {
  if (!scrubsNames || /^[A-Za-z_]\w*$/.test(name) || name === '') return name
  const encoded = encodeURIComponent(name).replace(/%20/g, '+').replace(/\W/g, '_')
  return /^\d/.test(encoded) ? `x${encoded}` : encoded
}

export function scrubbedFull(full: string, options: AvroOptions): string {
  return full
    .split('.')
    .map((part) => scrubbed(part, options))
    .join('.')
}
