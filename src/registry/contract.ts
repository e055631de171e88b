/**
 * Metadata and rules of a schema ("data contracts"), as Confluent's clients send and keep them:
 * stored, merged and returned, not run.
 */
import { refusal } from './errors.ts'

export interface Metadata {
  readonly tags?: Readonly<Record<string, readonly string[]>>
  readonly properties?: Readonly<Record<string, string>>
  readonly sensitive?: readonly string[]
}

export interface Rule {
  readonly name: string
  readonly doc?: string
  readonly kind: string
  readonly mode: string
  readonly type: string
  readonly tags?: readonly string[]
  readonly params?: Readonly<Record<string, string>>
  readonly expr?: string
  readonly onSuccess?: string
  readonly onFailure?: string
  readonly disabled: boolean
}

/** The kinds of rules, in the order in which they are kept. */
const ruleLists = ['migrationRules', 'domainRules', 'encodingRules'] as const

export interface RuleSet {
  readonly migrationRules?: readonly Rule[]
  readonly domainRules?: readonly Rule[]
  readonly encodingRules?: readonly Rule[]
  readonly enableAt?: string
}

type Json = Record<string, unknown>

const migrationModes = ['UPGRADE', 'DOWNGRADE', 'UPDOWN']
const otherModes = ['WRITE', 'READ', 'WRITEREAD']
const mostNameCharacters = 64
const versionProperty = 'confluent:version'

/** Metadata with everything sorted, because their hash depends on the order. Throws 'request-invalid'. */
export function readMetadata(raw: unknown): Metadata | undefined {
  if (raw === undefined || raw === null) return undefined
  const { tags, properties, sensitive } = object(raw, 'metadata')
  return withoutEmpty({
    tags: sortedMap(tags, 'metadata.tags', (one, at) => sortedTexts(one, at)),
    properties: sortedMap(properties, 'metadata.properties', text),
    sensitive: sortedTexts(sensitive, 'metadata.sensitive'),
  })
}

/** Throws 'request-invalid', or 'rules-invalid' with Confluent's sentences. */
export function readRuleSet(raw: unknown): RuleSet | undefined {
  if (raw === undefined || raw === null) return undefined
  const given = object(raw, 'ruleSet')
  const names = new Set<string>()
  const lists = ruleLists.map((list) => {
    const modes = list === 'migrationRules' ? migrationModes : otherModes
    const rules = array(given[list], `ruleSet.${list}`).map((one, index) =>
      readRule(object(one, `ruleSet.${list}[${index}]`), modes, list),
    )
    for (const { name } of rules) {
      if (names.has(name)) throw wrongRule(`Found rule with duplicate name '${name}'`)
      names.add(name)
    }
    return [list, rules]
  })
  const enableAt = optionalText(given.enableAt, 'ruleSet.enableAt')
  return withoutEmpty({ ...Object.fromEntries(lists), enableAt })
}

/** What the later says, and what the earlier says of the rest. */
export function mergeMetadata(
  earlier: Metadata | undefined,
  later: Metadata | undefined,
): Metadata | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier
  return readMetadata({
    tags: { ...earlier.tags, ...later.tags },
    properties: { ...earlier.properties, ...later.properties },
    sensitive: [...(earlier.sensitive ?? []), ...(later.sensitive ?? [])],
  })
}

/** A rule of the later takes the place of the earlier's of the same name. */
export function mergeRuleSets(
  earlier: RuleSet | undefined,
  later: RuleSet | undefined,
): RuleSet | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier
  const lists = ruleLists.map((list) => {
    const added = later[list] ?? []
    const names = new Set(added.map(({ name }) => name))
    return [list, [...(earlier[list] ?? []).filter(({ name }) => !names.has(name)), ...added]]
  })
  const enableAt = later.enableAt ?? earlier.enableAt
  return withoutEmpty({ ...Object.fromEntries(lists), enableAt })
}

export function withoutRules(ruleSet: RuleSet, names: readonly string[]): RuleSet {
  const lists = ruleLists.map((list) => [
    list,
    (ruleSet[list] ?? []).filter(({ name }) => !names.includes(name)),
  ])
  return withoutEmpty({ ...ruleSet, ...Object.fromEntries(lists) })
}

export function rulesOf(ruleSet: RuleSet | undefined): readonly Rule[] {
  return ruleLists.flatMap((list) => ruleSet?.[list] ?? [])
}

/** The version that a schema says it is; two schemas that differ in it alone are one. */
export function withVersion(metadata: Metadata | undefined, version: number): Metadata {
  const properties = { ...metadata?.properties, [versionProperty]: `${version}` }
  return readMetadata({ ...metadata, properties }) ?? {}
}

export function withoutVersion(metadata: Metadata | undefined): Metadata | undefined {
  if (!hasVersion(metadata)) return metadata
  const { [versionProperty]: _version, ...properties } = metadata?.properties ?? {}
  const rest = readMetadata({ ...metadata, properties }) ?? {}
  return Object.keys(rest).length === 0 ? undefined : rest
}

export function hasVersion(metadata: Metadata | undefined): boolean {
  return metadata?.properties?.[versionProperty] !== undefined
}

function readRule(raw: Json, modes: readonly string[], list: string): Rule {
  const at = `ruleSet.${list}`
  const name = optionalText(raw.name, `${at}.name`)
  const type = optionalText(raw.type, `${at}.type`)
  const kind = optionalText(raw.kind, `${at}.kind`) ?? 'TRANSFORM'
  const mode = optionalText(raw.mode, `${at}.mode`) ?? 'WRITEREAD'
  if (name === undefined) throw wrongRule('Missing rule name')
  if (name === '') throw wrongRule('Empty rule name')
  if (name.length > mostNameCharacters) throw wrongRule('Rule name too long')
  if (!/^[\p{L}_]/u.test(name)) {
    throw wrongRule(`Illegal initial character in rule name: ${name}`)
  }
  if (!/^[\p{L}\p{Nd}_-]*$/u.test(name)) {
    throw wrongRule(`Illegal character in rule name: ${name}`)
  }
  if (type === undefined) throw wrongRule('Missing rule type')
  if (kind !== 'TRANSFORM' && kind !== 'CONDITION') {
    throw wrongRule(`'${kind}' is no kind of a rule; write TRANSFORM or CONDITION`)
  }
  if (!modes.includes(mode)) {
    const kinds = { migrationRules: 'Migration', domainRules: 'Domain', encodingRules: 'Encoding' }
    throw wrongRule(`${kinds[list as keyof typeof kinds]} rules can only be ${modes.join(', ')}`)
  }
  const onSuccess = optionalText(raw.onSuccess, `${at}.onSuccess`)
  const onFailure = optionalText(raw.onFailure, `${at}.onFailure`)
  const isTwofold = mode === 'WRITEREAD' || mode === 'UPDOWN'
  if (!isTwofold && [onSuccess, onFailure].some((action) => action?.includes(','))) {
    throw wrongRule('Multiple actions only valid with WRITEREAD and UPDOWN')
  }
  return withoutEmpty({
    name,
    doc: optionalText(raw.doc, `${at}.doc`),
    kind,
    mode,
    type,
    tags: sortedTexts(raw.tags, `${at}.tags`),
    params: sortedMap(raw.params, `${at}.params`, text),
    expr: optionalText(raw.expr, `${at}.expr`),
    onSuccess,
    onFailure,
    disabled: raw.disabled === true,
  })
}

function wrongRule(why: string): Error {
  return refusal('rules-invalid', { why })
}

function sortedMap<Value>(
  raw: unknown,
  at: string,
  read: (one: unknown, at: string) => Value,
): Record<string, Value> {
  const entries = Object.entries(raw === undefined || raw === null ? {} : object(raw, at))
  // Fields like __proto__ are names as any other.
  const sorted: Record<string, Value> = Object.create(null)
  for (const [name, one] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
    sorted[name] = read(one, `${at}.${name}`)
  }
  return sorted
}

function sortedTexts(raw: unknown, at: string): string[] {
  return [...new Set(array(raw, at).map((one) => text(one, at)))].sort()
}

function array(raw: unknown, at: string): unknown[] {
  if (raw === undefined || raw === null) return []
  if (!Array.isArray(raw)) throw refusal('request-invalid', { why: `'${at}' is no list.` })
  return raw
}

function object(raw: unknown, at: string): Json {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Json
  throw refusal('request-invalid', { why: `'${at}' is no object.` })
}

function optionalText(raw: unknown, at: string): string | undefined {
  return raw === undefined || raw === null ? undefined : text(raw, at)
}

function text(raw: unknown, at: string): string {
  if (typeof raw === 'string') return raw
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw)
  throw refusal('request-invalid', { why: `'${at}' is no text.` })
}

/** Without what Confluent's JSON leaves out: nothing, empty texts, lists and maps. */
function withoutEmpty<Value>(value: { [Name in keyof Value]: Value[Name] | undefined }): Value {
  const kept = Object.entries(value).filter(([, one]) => !isEmpty(one))
  return Object.fromEntries(kept) as Value
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}
