/** What files say, as values that know where they stand: so errors name the place after files became one. */
import type { Path } from '../../base/settings.ts'
import type { Source } from './source.ts'

export interface Said {
  readonly source: Source
  /** Where it stands in its file. */
  readonly at: Path
  readonly value: Leaf | ReadonlyMap<string, Said> | readonly Said[]
}

type Leaf = string | number | boolean | bigint | null

export function saidBy(source: Source): Said {
  return saidOf(source, source.value, [])
}

function saidOf(source: Source, raw: unknown, at: Path): Said {
  if (Array.isArray(raw)) {
    return { source, at, value: raw.map((item, index) => saidOf(source, item, [...at, index])) }
  }
  if (typeof raw === 'object' && raw !== null) {
    const entries = Object.entries(raw).map(
      ([name, item]) => [name, saidOf(source, item, [...at, name])] as const,
    )
    return { source, at, value: new Map(entries) }
  }
  return { source, at, value: (raw ?? null) as Leaf }
}

export function isMap(said: Said): said is Said & { value: ReadonlyMap<string, Said> } {
  return said.value instanceof Map
}

export function isList(said: Said): said is Said & { value: readonly Said[] } {
  return Array.isArray(said.value)
}

/** As plain values; texts are put through `text`, which is told where they stand in all together. */
export function plain(
  said: Said,
  text: (text: string, said: Said, at: Path) => string = (one) => one,
  at: Path = [],
): unknown {
  if (isList(said)) return said.value.map((item, index) => plain(item, text, [...at, index]))
  if (isMap(said)) {
    return Object.fromEntries(
      Array.from(said.value, ([name, item]) => [name, plain(item, text, [...at, name])]),
    )
  }
  return typeof said.value === 'string' ? text(said.value, said, at) : said.value
}

/** Who says what stands there, or would stand there, and where in that file. */
export function placeIn(said: Said, at: Path): { readonly source: Source; readonly at: Path } {
  let [found, index] = [said, 0]
  for (; index < at.length; index++) {
    const step = at[index]
    const next = isMap(found)
      ? found.value.get(String(step))
      : isList(found)
        ? found.value[Number(step)]
        : undefined
    if (next === undefined) break
    found = next
  }
  return { source: found.source, at: [...found.at, ...at.slice(index)] }
}
