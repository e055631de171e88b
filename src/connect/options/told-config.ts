/**
 * What an audit log is told of a connector's configuration: which options it changes, and values
 * that are no secrets. What may be one is hidden: passwords, options that leat does not know (such
 * as a client's `sasl.jaas.config`), free text, logins and parameters in addresses.
 */
import { fitting } from '../fitting.ts'
import type { Option, Options } from '../kit/index.ts'
import type { ConnectorConfig } from '../state/config-store.ts'
import { hidden } from './hidden.ts'
import type { GivenConfig } from './validate.ts'

export interface ToldConfig {
  readonly config: Readonly<Record<string, string | null>>
  /** The names of the options that are otherwise than before. */
  readonly changed: readonly string[]
  /** How many options and names there was no room for. */
  readonly more?: number
}

const longestValue = 200
const longestName = 100

/** `isWhole`: what is not given was taken away. */
export function toldConfig(
  given: GivenConfig,
  {
    before,
    options,
    isWhole,
  }: {
    readonly before: ConnectorConfig | undefined
    readonly options: Options
    readonly isWhole: boolean
  },
): ToldConfig {
  const gone = isWhole
    ? Object.keys(before ?? {}).filter((name) => !Object.hasOwn(given, name))
    : []
  const other = Object.keys(given).filter((name) => (before?.[name] ?? null) !== given[name])
  const changed = [...other, ...gone].map(short)
  const isKnown = (name: string) => Object.hasOwn(options, name)
  // Those that count come first, whatever else is written beside them.
  const names = Object.keys(given).sort((one, two) => Number(isKnown(two)) - Number(isKnown(one)))
  const values = names.map((name): [string, string | null] => [
    short(name),
    shownValue(name, given[name] ?? null, isKnown(name) ? options[name] : undefined),
  ])
  const [shown, altered] = [fitting(values), fitting(changed)]
  const more = shown.more + altered.more
  return {
    config: Object.fromEntries(shown.told),
    changed: altered.told,
    ...(more > 0 && { more }),
  }
}

/** It names a secret and is none; a default behind `:-` would be one. */
const reference = /^\$\{(env:[\w.]+|file:[^}]*)\}$/
/** What stands in an address before `@`, and behind `?` and the like. */
const login = /^((?:[a-z][a-z0-9+.-]*:)+\/\/)?.*@/is
const parameters = /([?;&#\s])[^?;&#\s=]*=.*$/s
const secretName = /pass|pwd|secret|token|credential|jaas|private|api\.?key|access\.key|user\.info/i

function shownValue(name: string, value: string | null, option: Option | undefined): string | null {
  if (value === null || reference.test(value)) return value
  const mayBeSecret = option === undefined || option.type === 'password' || option.isFreeText
  if (mayBeSecret || secretName.test(name)) return hidden
  if (value.length > longestValue) return `[${value.length} characters]`
  return value.replace(login, `$1${hidden}@`).replace(parameters, `$1${hidden}`)
}

function short(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name
}
