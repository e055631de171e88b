/**
 * The converters of a connector, as its configuration says: `value.converter` with what begins with
 * `value.converter.`, and so for keys and headers.
 */
import type { Option, Options } from '../kit/options.ts'
import type { OptionErrors } from '../kit/plugin.ts'
import { readOptions } from '../kit/read-options.ts'
import type { Converter, ConverterKind, Role } from './converter.ts'
import { withDataFormats } from './data-formats.ts'
import { converterKinds } from './index.ts'
import { connectionOptions } from './registered/options.ts'

type Configuration = Readonly<Record<string, string | null | undefined>>

/** `errors` has sentences by the option's name; `open` is there only without any. */
export interface ConverterRead {
  readonly open: (() => Promise<Converter>) | undefined
  readonly errors: OptionErrors
}

/** What `fallback` says (of the worker) counts only where the connector names no converter. */
export function readConverter(
  role: Role,
  config: Configuration,
  fallback: Configuration,
): ConverterRead {
  const name = `${role}.converter`
  const formatted = withDataFormats(config)
  const chosen = formatted[name] == null ? fallback : formatted
  const kind = findConverter(chosen[name])
  if (kind === undefined || !kind.roles.includes(role)) {
    const says = `Invalid value ${chosen[name]} for configuration ${name}: Class ${chosen[name]} could not be found.`
    return { open: undefined, errors: { [name]: [says] } }
  }
  const given = withRegistry(name, kind, chosen, config, fallback)
  const { values, errors } = readOptions(prefixedOptions(name, kind), given)
  if (values === undefined) return { open: undefined, errors }
  if (registryUrl in kind.options && given[`${name}.${registryUrl}`] == null) {
    const option = `${name}.${registryUrl}`
    const says = `Missing required configuration "${option}" which has no default value.`
    return { open: undefined, errors: { [option]: [says] } }
  }
  const own = Object.fromEntries(
    Object.keys(kind.options).map((option) => [option, values[`${name}.${option}`]]),
  )
  return { open: async () => kind.open({ role, values: own as never }), errors: {} }
}

/**
 * The registry of a converter that names none is the connector's, or the worker's, and with it the
 * way there: what opens the worker's registry is not shown to one that a connector names.
 */
function withRegistry(
  name: string,
  kind: ConverterKind,
  chosen: Configuration,
  config: Configuration,
  fallback: Configuration,
): Configuration {
  if (!(registryUrl in kind.options)) return chosen
  const prefix = `${name}.`
  const namedAt = (before: string) =>
    [chosen, config, fallback].find((one) => one[before + registryUrl] != null)
  const own = namedAt(prefix)
  const from = own ?? namedAt('') ?? {}
  const taken = [registryUrl, ...Object.keys(connectionOptions)].map((option) => {
    const value = from[(own === undefined ? '' : prefix) + option]
    return [prefix + option, value] as const
  })
  const isForeign = chosen === fallback && from !== fallback
  const way = Object.fromEntries(taken.filter(([, value]) => isForeign || value != null))
  return isForeign || own !== undefined ? { ...chosen, ...way } : { ...way, ...chosen }
}

const registryUrl = 'schema.registry.url'

/** The options that the converter of a role has, by their whole names, with the one that names it. */
export function converterOptions(role: Role, config: Configuration): Options {
  const name = `${role}.converter`
  const kind = findConverter(withDataFormats(config)[name])
  return { [name]: nameOption, ...(kind === undefined ? {} : prefixedOptions(name, kind)) }
}

const nameOption: Option = {
  type: 'class',
  default: null,
  importance: 'low',
  about: "How bytes become data and data bytes: a Java class; the worker's if it is not given.",
}

function prefixedOptions(name: string, kind: ConverterKind): Options {
  return Object.fromEntries(
    Object.entries(kind.options).map(([option, facts]) => [`${name}.${option}`, facts]),
  )
}

/** By the name of the class, with or without its package. */
function findConverter(name: string | null | undefined): ConverterKind | undefined {
  const wanted = name?.trim()
  return converterKinds.find(
    (kind) => kind.name === wanted || kind.name.split('.').at(-1) === wanted,
  )
}
