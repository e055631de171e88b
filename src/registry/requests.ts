/** Bodies of requests, from JSON to what the registry works with. Unknown fields are ignored. */
import type { SchemaReference } from '../client/registry/index.ts'
import { type Metadata, type RuleSet, readMetadata, readRuleSet } from './contract.ts'
import { refusal } from './errors.ts'
import { levelNamed } from './schemas/compatibility.ts'
import type { Config } from './state/records.ts'

export interface SchemaRequest {
  /** Absent: the text of the subject's latest version. */
  readonly schema?: string
  readonly schemaType: string
  readonly references: readonly SchemaReference[]
  readonly metadata?: Metadata
  readonly ruleSet?: RuleSet
  /** To be taken over, with an import; else the registry chooses. */
  readonly id?: number
  /** The next one; -1 has it written into the metadata. */
  readonly version?: number
}

type Json = Readonly<Record<string, unknown>>

/** Throws 'request-invalid' or 'rules-invalid'. */
export function readSchemaRequest(raw: unknown): SchemaRequest {
  const body = objectOf(raw)
  const { schema, schemaType = 'AVRO', references, id, version } = body
  if (Object.hasOwn(body, 'schemaTagsToAdd') || Object.hasOwn(body, 'schemaTagsToRemove')) {
    throw refusal('request-invalid', {
      why: "Tags inside of a schema's text are not changed here; write them into the text, or into 'metadata'.",
    })
  }
  return given({
    schema: optional(schema, 'schema', isText),
    schemaType: optional(schemaType, 'schemaType', isText) ?? 'AVRO',
    references: readReferences(references),
    metadata: readMetadata(body.metadata),
    ruleSet: readRuleSet(body.ruleSet),
    id: optional(id, 'id', isInt32),
    version: optional(version, 'version', isInt32),
  })
}

/** The fields to change; null takes one away. Throws 'compatibility-invalid' and as above. */
export function readConfigRequest(raw: unknown): { [Name in keyof Config]: Config[Name] | null } {
  const body = objectOf(raw)
  const changes: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(configReaders)) {
    const value = body[name]
    const field = name === 'compatibility' ? 'compatibilityLevel' : name
    if (value !== undefined) changes[field] = value === null ? null : read(value, name)
  }
  return changes
}

const modes = ['READWRITE', 'READONLY', 'READONLY_OVERRIDE', 'IMPORT', 'FORWARD']

/** Undefined takes the mode away. Throws 'mode-invalid'. */
export function readModeRequest(raw: unknown): string | undefined {
  const { mode } = objectOf(raw)
  if (mode === null || mode === undefined) return undefined
  const named = typeof mode === 'string' ? mode.toUpperCase() : ''
  if (!modes.includes(named)) throw refusal('mode-invalid', {})
  return named
}

export interface TagRequest {
  readonly newVersion?: number
  readonly metadata?: Metadata
  readonly ruleSet?: RuleSet
  readonly rulesToMerge?: RuleSet
  readonly rulesToRemove?: readonly string[]
}

export function readTagRequest(raw: unknown): TagRequest {
  const body = objectOf(raw)
  if ([body.tagsToAdd, body.tagsToRemove].some((one) => Array.isArray(one) && one.length > 0)) {
    throw refusal('request-invalid', {
      why: "Tags inside of a schema's text are not changed here; register the text with them.",
    })
  }
  const merges = body.rulesToMerge !== undefined || body.rulesToRemove !== undefined
  if (merges && body.ruleSet !== undefined) {
    throw refusal('rules-invalid', {
      why: 'ruleSet should be omitted if specifying rulesToMerge or rulesToRemove',
    })
  }
  return given({
    newVersion: optional(body.newVersion, 'newVersion', isInt32),
    metadata: readMetadata(body.metadata),
    ruleSet: readRuleSet(body.ruleSet),
    rulesToMerge: readRuleSet(body.rulesToMerge),
    rulesToRemove: optional(body.rulesToRemove, 'rulesToRemove', isTexts),
  })
}

const configReaders: Record<string, (value: unknown, name: string) => unknown> = {
  alias: (value, name) => optional(value, name, isText),
  aliasForDeks: (value, name) => optional(value, name, isText),
  normalize: (value, name) => optional(value, name, isFlag),
  validateFields: (value, name) => optional(value, name, isFlag),
  validateNewSchemas: (value, name) => optional(value, name, isFlag),
  validateRules: (value, name) => optional(value, name, isFlag),
  compatibility: readLevel,
  compatibilityPolicy: (value, name) => optional(value, name, isText),
  compatibilityGroup: (value, name) => optional(value, name, isText),
  defaultMetadata: readMetadata,
  overrideMetadata: readMetadata,
  defaultRuleSet: readRuleSet,
  overrideRuleSet: readRuleSet,
}

function readLevel(value: unknown): string {
  const level = typeof value === 'string' ? levelNamed(value) : undefined
  if (level === undefined) throw refusal('compatibility-invalid', undefined)
  return level
}

function readReferences(raw: unknown): SchemaReference[] {
  if (raw === undefined || raw === null) return []
  if (!Array.isArray(raw)) throw refusal('request-invalid', { why: "'references' is no list." })
  return raw.map((one, index) => {
    const { name, subject, version } = objectOf(one, `'references[${index}]'`)
    const isWhole = isText(name) && isText(subject) && isInt32(version)
    if (isWhole) return { name, subject, version } as SchemaReference
    throw refusal('request-invalid', {
      why: `'references[${index}]' needs a 'name', a 'subject' and a 'version'.`,
    })
  })
}

function objectOf(raw: unknown, what = 'The body of the request'): Json {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Json
  throw refusal('request-invalid', { why: `${what} is no JSON object.` })
}

function optional<Value>(
  value: unknown,
  name: string,
  is: (value: unknown) => value is Value,
): Value | undefined {
  if (value === undefined || value === null) return undefined
  if (is(value)) return value
  throw refusal('request-invalid', { why: `'${name}' has a value of the wrong type.` })
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText)
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function isInt32(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31
}

function given<Value>(value: { [Name in keyof Value]: Value[Name] | undefined }): Value {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(entries) as Value
}
