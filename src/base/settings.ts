/**
 * The little language in which leat.yml is described: one value a setting, from which come its
 * type, its reader with errors that say what to write, its default, and its line in the file that
 * `leat init` writes. A reader never throws; it reports to the `Report` and goes on, so that one
 * look at a wrong file finds all that is wrong with it.
 */
import { nearest } from './nearest.ts'

export interface Setting<Value> {
  /** What the setting does, as a sentence. */
  readonly about: string
  /** Takes the place of a value that is not given; absent, the setting must be given. */
  readonly fallback?: () => Value
  /** The value as YAML, for people who start from an example. */
  readonly example: string
  readonly read: (raw: unknown, at: Path, report: Report) => Value
  /** The settings inside, where the value is a part with settings of its own. */
  readonly parts?: Shape
}

export type Path = readonly (string | number)[]
export type Report = (problem: Problem) => void
export interface Problem {
  readonly at: Path
  /** What is wrong and what to write instead, as a sentence that starts with the name. */
  readonly says: string
  /** Whether the key itself is wrong, rather than its value. */
  readonly isKey?: boolean
  /** The other place, where two do not go together. */
  readonly also?: Path
}

// biome-ignore lint/suspicious/noExplicitAny: a shape holds settings of every value.
export type Shape = Readonly<Record<string, Setting<any>>>
export type ValueOf<S> = S extends Setting<infer Value> ? Value : never

interface About<Value> {
  readonly about: string
  readonly example: string
  readonly fallback?: Value
}

/** A setting whose text is turned into a value; `write` says what to write where it cannot be. */
export function scalar<Value>(
  { about, example, ...rest }: About<Value>,
  write: string,
  parse: (text: string) => Value | undefined,
): Setting<Value> {
  return {
    about,
    example,
    ...('fallback' in rest ? { fallback: () => rest.fallback as Value } : {}),
    read(raw, at, report) {
      const value = typeof raw === 'object' ? undefined : parse(String(raw))
      if (value === undefined) {
        report({ at, says: `'${last(at)}' is ${show(raw)}; write ${write} such as ${example}.` })
      }
      // What a wrong value becomes is never looked at: a report stops the start.
      return value as Value
    },
  }
}

export function text(about: About<string>): Setting<string> {
  return scalar(about, 'a text', (raw) => (raw === '' ? undefined : raw))
}

export function integer(about: About<number>, from: number, to: number): Setting<number> {
  return scalar(about, `a whole number from ${from} to ${to}`, (raw) => {
    const value = Number(raw)
    return /^-?\d+$/.test(raw) && value >= from && value <= to ? value : undefined
  })
}

export function flag(about: About<boolean>): Setting<boolean> {
  return scalar(about, 'true or false', (raw) => {
    return raw === 'true' || raw === 'false' ? raw === 'true' : undefined
  })
}

export function choice<const Choice extends string>(
  about: About<Choice>,
  choices: readonly Choice[],
): Setting<Choice> {
  return scalar(about, choices.join(' or '), (raw) => choices.find((one) => one === raw))
}

/** `nameOf` tells items apart: no two may have the same name. */
export function list<Value>(
  about: About<Value[]>,
  item: Setting<Value>,
  nameOf?: (value: Value) => string,
): Setting<Value[]> {
  const { fallback } = about
  return {
    about: about.about,
    example: about.example,
    ...(fallback === undefined ? {} : { fallback: () => fallback }),
    read(raw, at, report) {
      if (Array.isArray(raw)) {
        const values = raw.map((one, index) => item.read(one, [...at, index], report))
        if (nameOf !== undefined) reportTwins(values.map(nameOf), at, report)
        return values
      }
      const wrong = `'${last(at)}' is ${show(raw)}; write a list such as ${about.example}.`
      report({ at, says: wrong })
      return []
    },
  }
}

function reportTwins(names: readonly string[], at: Path, report: Report): void {
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name)
    // What has no name, though it must, was reported already.
    if (first === index || name === undefined) continue
    const says = `'${name}' stands in '${last(at)}' twice; keep one of the two.`
    report({ at: [...at, index], says, also: [...at, first] })
  }
}

/** Names that the user chooses, each with a value of the same kind. */
export function map<Value>(
  about: About<Record<string, Value>>,
  item: Setting<Value>,
  problemOfName: (name: string) => string | undefined = () => undefined,
): Setting<Record<string, Value>> {
  return {
    about: about.about,
    example: about.example,
    fallback: () => about.fallback ?? {},
    read(raw, at, report) {
      const values: Record<string, Value> = {}
      for (const [name, value] of entries(raw, at, report, about.example)) {
        const wrong = problemOfName(name)
        if (wrong !== undefined) report({ at: [...at, name], says: wrong, isKey: true })
        values[name] = item.read(value, [...at, name], report)
      }
      return values
    },
  }
}

/** A part with settings of its own; absent from the file, it is as if it had been given empty. */
export function part<const S extends Shape>(
  about: string,
  parts: S,
): Setting<{ readonly [Name in keyof S]: ValueOf<S[Name]> }> {
  type Value = { readonly [Name in keyof S]: ValueOf<S[Name]> }
  const read = (raw: unknown, at: Path, report: Report): Value => {
    const given = Object.fromEntries(entries(raw ?? {}, at, report, exampleOf(parts)))
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(parts, name)) {
        report({ at: [...at, name], says: unknownKey(name, at, parts), isKey: true })
      }
    }
    const values = Object.entries(parts).map(([name, setting]) => {
      const value = given[name]
      if (value !== undefined && value !== null) {
        return [name, setting.read(value, [...at, name], report)]
      }
      // A part that is named and left empty is there, with its defaults.
      if (value === null && setting.parts !== undefined) {
        return [name, setting.read({}, [...at, name], report)]
      }
      if (setting.fallback === undefined) {
        report({ at, says: `'${name}' is missing; write '${name}: ${setting.example}'.` })
      }
      return [name, setting.fallback?.()]
    })
    return Object.fromEntries(values) as Value
  }
  return {
    about,
    parts,
    example: exampleOf(parts),
    fallback: () => read({}, [], () => {}),
    read,
  }
}

/** A setting that may be left out, with nothing in its place. */
export function optional<Value>(setting: Setting<Value>): Setting<Value | undefined> {
  return { ...setting, fallback: () => undefined }
}

function entries(raw: unknown, at: Path, report: Report, example: string): [string, unknown][] {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return Object.entries(raw)
  const name = at.length === 0 ? 'the file' : `'${last(at)}'`
  report({ at, says: `${name} is ${show(raw)}; write keys and values such as ${example}.` })
  return []
}

function unknownKey(name: string, at: Path, parts: Shape): string {
  const where = at.length === 0 ? 'leat.yml' : `'${last(at)}'`
  const meant = nearest(name, Object.keys(parts))
  const cure =
    meant === undefined ? `its settings are ${Object.keys(parts).join(', ')}` : `write '${meant}'`
  return `'${name}' is no setting of ${where}; ${cure}.`
}

function exampleOf(parts: Shape): string {
  const [name, setting] = Object.entries(parts)[0] ?? []
  return setting === undefined ? '{}' : `{ ${name}: ${setting.example} }`
}

/** The name to speak of: a place in a list is called by the name of the list. */
function last(at: Path): string {
  return String(at.findLast((step) => typeof step === 'string') ?? 'leat.yml')
}

function show(raw: unknown): string {
  if (raw === null || raw === undefined) return 'empty'
  if (Array.isArray(raw)) return 'a list'
  return typeof raw === 'object' ? 'keys and values' : `'${raw}'`
}
