/**
 * The records of the topic, byte for byte in the JSON of Confluent's registry 8 (its `*Key` and
 * `*Value` classes): fields in their order, empty ones left out.
 */
import type { SchemaReference } from '../../client/registry/index.ts'
import type { SchemaType } from '../../formats/schemas/schema-format.ts'
import type { Metadata, RuleSet } from '../contract.ts'

export interface SchemaValue {
  readonly subject: string
  readonly version: number
  readonly id: number
  readonly md5?: string
  readonly schemaType: SchemaType
  readonly references?: readonly SchemaReference[]
  readonly metadata?: Metadata | undefined
  readonly ruleSet?: RuleSet | undefined
  readonly schema: string
  readonly deleted: boolean
}

/** The fields of a configuration, in the order in which they are kept. */
const configFields = [
  'alias',
  'aliasForDeks',
  'normalize',
  'validateFields',
  'validateNewSchemas',
  'validateRules',
  'compatibilityLevel',
  'compatibilityPolicy',
  'compatibilityGroup',
  'defaultMetadata',
  'overrideMetadata',
  'defaultRuleSet',
  'overrideRuleSet',
] as const

export interface Config {
  readonly alias?: string
  readonly aliasForDeks?: string
  readonly normalize?: boolean
  readonly validateFields?: boolean
  readonly validateNewSchemas?: boolean
  readonly validateRules?: boolean
  readonly compatibilityLevel?: string
  readonly compatibilityPolicy?: string
  readonly compatibilityGroup?: string
  readonly defaultMetadata?: Metadata
  readonly overrideMetadata?: Metadata
  readonly defaultRuleSet?: RuleSet
  readonly overrideRuleSet?: RuleSet
}

/** The subject of a configuration or mode; '' is all of the default context. */
export type Scope = string

/** A change, as one record says it; without a value, the key's is deleted. */
export type Change =
  | {
      readonly type: 'SCHEMA'
      readonly subject: string
      readonly version: number
      readonly value?: SchemaValue
    }
  | { readonly type: 'CONFIG'; readonly scope: Scope; readonly value?: Config }
  | { readonly type: 'MODE'; readonly scope: Scope; readonly value?: string }
  | { readonly type: 'CONTEXT'; readonly context: string; readonly value?: true }
  | { readonly type: 'DELETE_SUBJECT'; readonly subject: string; readonly value?: number }
  | { readonly type: 'CLEAR_SUBJECT'; readonly scope: Scope; readonly value?: true }

/** Confluent's only tenant outside of its cloud. */
const tenant = 'default'

export function encodeChange(change: Change): { key: Buffer; value: Buffer | null } {
  const value = change.value === undefined ? null : json(valueFieldsOf(change))
  return { key: json(keyFieldsOf(change)), value }
}

/** What a record says; undefined for what says nothing (NOOP) or is of a kind that is not ours. */
export function decodeChange(key: Buffer | null, value: Buffer | null): Change | undefined {
  if (key === null) return undefined
  const { keytype, subject, version, context } = JSON.parse(key.toString()) as Fields
  const given = value === null ? undefined : (JSON.parse(value.toString()) as Fields)
  const scope = subject ?? ''
  switch (keytype) {
    case 'SCHEMA': {
      if (given === undefined) return { type: keytype, subject: scope, version: version ?? 0 }
      const { schemaType = 'AVRO', deleted = false } = given
      const schema = { ...given, schemaType, deleted } as SchemaValue
      return { type: keytype, subject: scope, version: version ?? 0, value: schema }
    }
    case 'CONFIG': {
      if (given === undefined) return { type: keytype, scope }
      const fields = configFields.filter((name) => (given[name] ?? null) !== null)
      return { type: keytype, scope, value: Object.fromEntries(fields.map((f) => [f, given[f]])) }
    }
    case 'MODE':
      return given?.mode ? { type: keytype, scope, value: given.mode } : { type: keytype, scope }
    case 'CONTEXT':
      return { type: keytype, context: context ?? '', ...(given && { value: true }) }
    case 'DELETE_SUBJECT':
      return given?.version
        ? { type: keytype, subject: scope, value: given.version }
        : { type: keytype, subject: scope }
    case 'CLEAR_SUBJECT':
      return { type: keytype, scope, ...(given && { value: true }) }
    default:
      return undefined
  }
}

interface Fields {
  readonly keytype?: string
  readonly subject?: string | null
  readonly version?: number
  readonly context?: string
  readonly mode?: string
  readonly schemaType?: SchemaType
  readonly deleted?: boolean
  readonly [field: string]: unknown
}

function keyFieldsOf(change: Change): object {
  switch (change.type) {
    case 'SCHEMA': {
      const { type, subject, version } = change
      return { keytype: type, subject, version, magic: 1 }
    }
    case 'CONTEXT':
      return { keytype: change.type, tenant, context: change.context, magic: 0 }
    case 'DELETE_SUBJECT':
      return { keytype: change.type, subject: change.subject, magic: 0 }
    default:
      return { keytype: change.type, ...ofScope(change.scope), magic: 0 }
  }
}

function valueFieldsOf(change: Change): object {
  switch (change.type) {
    case 'SCHEMA':
      return schemaFields(change.value as SchemaValue)
    case 'CONFIG':
      return { ...ofScope(change.scope), ...inOrder(configFields, change.value ?? {}) }
    case 'MODE':
      return { ...ofScope(change.scope), mode: change.value }
    case 'CONTEXT':
      return { tenant, context: change.context }
    case 'DELETE_SUBJECT':
      return { subject: change.subject, version: change.value }
    case 'CLEAR_SUBJECT':
      return ofScope(change.scope)
  }
}

const schemaOrder = [
  'subject',
  'version',
  'id',
  'md5',
  'schemaType',
  'references',
  'metadata',
  'ruleSet',
  'schema',
  'deleted',
] as const

function schemaFields({ references = [], ...value }: SchemaValue): object {
  return inOrder(schemaOrder, references.length === 0 ? value : { ...value, references })
}

function inOrder(names: readonly string[], value: object): object {
  const fields = names.map((name) => [name, value[name as keyof typeof value]] as const)
  return Object.fromEntries(fields.filter(([, one]) => one !== undefined))
}

function ofScope(scope: Scope): object {
  return scope === '' ? {} : { subject: scope }
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value))
}
