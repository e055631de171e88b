/** What `…/config/validate` answers: each option as it is defined, as it is given, and what is wrong. */
import { converterKinds } from '../converters/index.ts'
import { converterOptions } from '../converters/open.ts'
import { type Option, type Options, type Plugin, readOptions } from '../kit/index.ts'
import type { ConnectorConfig } from '../state/config-store.ts'
import { transformChain, transformOptions } from '../transforms/chain.ts'
import { answeredVersion } from '../version.ts'
import { commonOptions, ordersInGroups, sinkOptions, sourceOptions } from './common-options.ts'
import { connectorErrors } from './contradictions.ts'
import { hidden } from './hidden.ts'

export interface ConfigInfos {
  readonly name: string
  readonly error_count: number
  readonly groups: readonly string[]
  readonly configs: readonly ConfigInfo[]
}

export interface ConfigInfo {
  readonly definition: Definition
  readonly value: {
    readonly name: string
    readonly value: string | null
    readonly recommended_values: readonly string[]
    readonly errors: readonly string[]
    readonly visible: boolean
  }
}

export interface Definition {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly default_value: string | null
  readonly importance: string
  readonly documentation: string
  readonly group: string | null
  readonly width: string
  readonly display_name: string
  readonly dependents: readonly string[]
  readonly order_in_group: number
}

/** A configuration as it is given: a value may be null, which is an error. */
export type GivenConfig = Readonly<Record<string, string | null>>

export async function validateConfig(
  plugin: Plugin,
  given: GivenConfig,
  defaults: ConnectorConfig,
): Promise<ConfigInfos> {
  const config = withoutNulls(given)
  const options = optionsOf(plugin, config, defaults)
  const errors = new Map<string, string[]>()
  const add = (more: Readonly<Record<string, readonly string[]>>) => {
    for (const [name, sentences] of Object.entries(more)) {
      const known = errors.get(name) ?? []
      errors.set(name, [...known, ...sentences.filter((one) => !known.includes(one))])
    }
  }
  add(readOptions(options, config).errors)
  add(transformChain(config).errors)
  add(connectorErrors(plugin.kind, config))
  add(nullErrors(given))
  if (errors.size === 0) add(await pluginErrors(plugin, config))

  const definitions = definitionsOf(options)
  const configs = definitions.map((definition) => {
    const { name } = definition
    const said = errors.get(name) ?? []
    const option = options[name] as Option
    return {
      definition,
      value: {
        name,
        value: shownValue(option, config[name] ?? option.default ?? null),
        recommended_values: recommendedFor(name, plugin),
        errors: said,
        visible: true,
      },
    }
  })
  return {
    name: config['connector.class'] ?? plugin.names[0],
    error_count: [...errors.values()].reduce((sum, said) => sum + said.length, 0),
    groups: groupsOf(options),
    configs,
  }
}

/** What a plugin may be given, as `…/connector-plugins/NAME/config` shows it: its own options first. */
export function pluginDefinitions(plugin: Plugin): Definition[] {
  const frame = withDefaults(frameOptions(plugin), { 'connector.plugin.version': plugin.version })
  return [...definitionsOf(plugin.options), ...definitionsOf(frame)]
}

const roles = ['key', 'value', 'header'] as const

function frameOptions({ kind }: Plugin): Options {
  return { ...commonOptions, ...(kind === 'sink' ? sinkOptions : sourceOptions) }
}

/** All that a configuration may say, with what its transforms and converters add. */
export function optionsOf(
  plugin: Plugin,
  config: ConnectorConfig,
  defaults: ConnectorConfig,
): Options {
  const converters = roles.map((role) => converterOptions(role, config))
  // The common options tell more of a converter's name and of lists than what belongs to those.
  const options: Options = {
    ...frameOptions(plugin),
    ...withoutKnown(Object.assign({}, transformOptions(config), ...converters)),
    ...plugin.options,
  }
  const usual: Record<string, string | undefined> = { 'connector.plugin.version': plugin.version }
  for (const role of roles) {
    usual[`${role}.converter`] = defaults[`${role}.converter`]
    usual[`${role}.converter.plugin.version`] = answeredVersion
  }
  return withDefaults(options, usual)
}

function withDefaults(
  options: Options,
  usual: Readonly<Record<string, string | undefined>>,
): Options {
  const changed = Object.entries(options).map(([name, option]) =>
    Object.hasOwn(usual, name)
      ? [name, { ...option, default: usual[name] ?? null }]
      : [name, option],
  )
  return Object.fromEntries(changed)
}

function recommendedFor(name: string, plugin: Plugin): readonly string[] {
  if (name === 'connector.plugin.version') return [plugin.version]
  for (const role of roles) {
    if (name === `${role}.converter.plugin.version`) return [answeredVersion]
    if (name !== `${role}.converter`) continue
    const kinds = converterKinds.filter((kind) => kind.roles.includes(role))
    return kinds.map((kind) => kind.name).sort()
  }
  return (plugin.options as Options)[name]?.oneOf ?? []
}

function withoutKnown(options: Options): Options {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !Object.hasOwn(commonOptions, name)),
  )
}

async function pluginErrors(plugin: Plugin, config: ConnectorConfig) {
  const { values } = readOptions(plugin.options, config)
  if (values === undefined || plugin.check === undefined) return {}
  return await plugin.check(values as never)
}

function nullErrors(given: GivenConfig): Record<string, string[]> {
  const nulls = Object.entries(given).filter(([, value]) => value === null)
  const says = 'Null value can not be supplied as the configuration value.'
  return Object.fromEntries(nulls.map(([name]) => [name, [says]]))
}

export function withoutNulls(given: GivenConfig): ConnectorConfig {
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}

function definitionsOf(options: Options): Definition[] {
  const counted = new Map<string, number>()
  return Object.entries<Option>(options).map(([name, option]) => {
    const { group } = option
    const order = (counted.get(group ?? '') ?? 0) + 1
    counted.set(group ?? '', order)
    return {
      name,
      type: option.type.toUpperCase(),
      required: option.default === undefined,
      default_value: option.default ?? null,
      importance: option.importance.toUpperCase(),
      documentation: option.about,
      group: group ?? null,
      order_in_group: group === undefined ? -1 : (ordersInGroups[name] ?? order),
      width: (option.width ?? 'none').toUpperCase(),
      display_name: option.displayName ?? name,
      dependents: option.dependents ?? [],
    }
  })
}

function groupsOf(options: Options): string[] {
  const groups = Object.values<Option>(options).map(({ group }) => group)
  return [...new Set(groups.filter((group) => group !== undefined))]
}

/** What cannot be read at all is shown as null, as Kafka Connect does. */
function shownValue(option: Option, text: string | null): string | null {
  const { type, about, importance } = option
  const isRead = readOptions({ it: { type, about, importance } }, { it: text }).values !== undefined
  if (text === null || !isRead) return null
  if (option.type === 'password') return hidden
  return option.type === 'list' ? text.split(/\s*,\s*/).join(',') : text.trim()
}
