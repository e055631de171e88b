/** Apache Kafka's own message definitions: `common/message/*.json` inside its client's jar. */
import { textsInJar } from './jar.ts'

export interface Definition {
  readonly name: string
  readonly apiKey?: number
  readonly validVersions: string
  readonly flexibleVersions: string
  readonly fields: readonly DefinedField[]
  readonly commonStructs?: readonly {
    readonly name: string
    readonly fields: readonly DefinedField[]
  }[]
}

export interface DefinedField {
  readonly name: string
  readonly type: string
  readonly versions: string
  readonly nullableVersions?: string
  readonly taggedVersions?: string
  readonly tag?: number
  readonly default?: string | number | boolean
  readonly ignorable?: boolean
  readonly fields?: readonly DefinedField[]
}

/** By name: `ProduceRequest`, `ConsumerProtocolAssignment`. */
export function definitionsInJar(path: string): Map<string, Definition> {
  const texts = textsInJar(path, (name) => /^common\/message\/\w+\.json$/.test(name))
  const definitions = [...texts.values()].map((text) => JSON.parse(withoutComments(text)))
  return new Map(definitions.map((definition: Definition) => [definition.name, definition]))
}

/** Whether Kafka's notation (`3+`, `0-12`, `1`, `none`) has this version. */
export function includes(notation: string | undefined, version: number): boolean {
  if (notation === undefined || notation === 'none') return false
  const [, from, rest] = /^(\d+)(\+|-\d+)?$/.exec(notation) ?? fail(notation)
  if (rest === '+') return version >= Number(from)
  return version >= Number(from) && version <= Number(rest === undefined ? from : rest.slice(1))
}

function fail(notation: string): never {
  throw new Error(`'${notation}' is no range of versions`)
}

/** Comments stand on lines of their own or behind a line; no text in the definitions has `//` but links. */
function withoutComments(text: string): string {
  return text.replace(
    /("(?:[^"\\]|\\.)*")|\/\/.*$/gm,
    (_, string: string | undefined) => string ?? '',
  )
}
