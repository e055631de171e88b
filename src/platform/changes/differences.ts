/** What is otherwise than leat.yml says, and what becomes of it. */
import { type Kind, keyOf, kinds, type Says, type Thing } from './things.ts'

export interface Difference {
  /**
   * `create`, `change` and `remove` are what a start does; `leave` is there or set, and the files do
   * not say it: it stays.
   */
  readonly action: 'create' | 'change' | 'remove' | 'leave'
  readonly kind: Kind
  readonly name: string
  readonly changes: readonly Change[]
}

export interface Change {
  readonly key: string
  readonly from?: string
  readonly to?: string
}

/** What is there, and whether it is because the files said so at the last start. */
export interface There extends Thing {
  readonly isDeclared: boolean
}

export function differencesOf(wanted: readonly Thing[], there: readonly There[]): Difference[] {
  const found = new Map(there.map((thing) => [keyOf(thing), thing]))
  const named = new Set(wanted.map(keyOf))
  const differences = [
    ...wanted.flatMap((thing) => differenceOf(thing, found.get(keyOf(thing))) ?? []),
    ...there.flatMap((thing) => settingsLeft(thing, wanted)),
    ...there.filter((thing) => !named.has(keyOf(thing))).map(unnamed),
  ]
  return differences.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
}

/** What a start does to one thing; nothing where it is as it is wanted. */
export function differenceOf(
  wanted: Thing,
  there: { readonly says: Says } | undefined,
): Difference | undefined {
  const { kind, name, says, defaults = [] } = wanted
  if (there === undefined) {
    const written = Object.entries(says).filter(([key]) => !defaults.includes(key))
    const changes = written.map(([key, to]) => ({ key, to }))
    return { action: 'create', kind, name, changes }
  }
  // A topic keeps what the files do not speak of; all else is as they say it, and no more.
  const keys = new Set([...Object.keys(says), ...(kind === 'topic' ? [] : Object.keys(there.says))])
  const changes = [...keys].flatMap((key) => {
    const [from, to] = [there.says[key], says[key]]
    if (from === to || isGrown(kind, key, from, to)) return []
    // A default that was not known at the last start is this version's, not a word of the files.
    if (from === undefined && defaults.includes(key)) return []
    return { key, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  })
  return changes.length === 0 ? undefined : { action: 'change', kind, name, changes }
}

/** Partitions are added, never taken away. */
function isGrown(kind: Kind, key: string, from?: string, to?: string): boolean {
  return kind === 'topic' && key === 'partitions' && Number(from) >= Number(to)
}

function unnamed({ kind, name, says, isDeclared }: There): Difference {
  // Records are nobody's to delete but a person's.
  const action = isDeclared && kind !== 'topic' ? 'remove' : 'leave'
  const changes =
    action === 'leave' ? Object.entries(says).map(([key, from]) => ({ key, from })) : []
  return { action, kind, name, changes }
}

/** Configurations that somebody has set on a topic of the files, which do not speak of them. */
function settingsLeft(there: There, wanted: readonly Thing[]): Difference[] {
  if (there.kind !== 'topic') return []
  const said = wanted.find((thing) => keyOf(thing) === keyOf(there))
  if (said === undefined) return []
  const { kind, name } = there
  const changes = Object.entries(there.says)
    .filter(([key, from]) => !(key in said.says) || isMore(key, from, said.says[key]))
    .filter(([key]) => key !== 'partitions' || 'partitions' in said.says)
    .map(([key, from]) => ({ key, from }))
  return changes.length === 0 ? [] : [{ action: 'leave', kind, name, changes }]
}

function isMore(key: string, from: string, to: string | undefined): boolean {
  return key === 'partitions' && Number(from) > Number(to)
}
