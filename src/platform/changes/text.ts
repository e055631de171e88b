/** Differences as lines for people, and as rows for programs; secrets are in neither. */
import type { Change, Difference } from './differences.ts'
import type { Kind } from './things.ts'

const marks = { create: '+', change: '~', remove: '-', leave: '?' } as const

/** What is done to things of a kind, where it is not created, changed, removed. */
const words: { readonly [K in Kind]?: { readonly create: string; readonly remove: string } } = {
  part: { create: 'starts', remove: 'stops' },
  listener: { create: 'opens', remove: 'closes' },
  pipeline: { create: 'starts', remove: 'stops' },
  mirror: { create: 'starts', remove: 'stops' },
  connector: { create: 'starts', remove: 'stops' },
}

export function lineOf({ action, kind, name, changes }: Difference): string {
  const what = `${marks[action]} ${kind} ${name}`
  const how = changes.map((change) => textOf(change, action)).join(', ')
  switch (action) {
    case 'create':
      return `${what} ${words[kind]?.create ?? 'is created'}${how === '' ? '' : `: ${how}`}`
    case 'change':
      return `${what} is changed: ${how}`
    case 'remove':
      return `${what} ${words[kind]?.remove ?? 'is removed'}`
    case 'leave':
      return `${what} is not in the files, and stays${how === '' ? '' : `: ${how}`}`
  }
}

/** For JSON: the same facts. */
export function rowOf({ action, kind, name, changes }: Difference) {
  return { action, kind, name, changes: changes.map(masked) }
}

function textOf(change: Change, action: Difference['action']): string {
  const { key, from, to } = masked(change)
  if (action !== 'change') return `${key} ${short(to ?? from ?? '')}`
  if (to === undefined) return `${key} ${short(from ?? '')} → (default)`
  return `${key} ${from === undefined ? '(default)' : short(from)} → ${short(to)}`
}

const secretKey =
  /passw|secret|credential|jaas|private|access\.key|api\.key|keystore\.key|keypair|user\.info|token$/i
const reference = /^\$\{[^}]+\}$/

/** References say where a secret is, and are none. */
export function masked({ key, from, to }: Change): Change {
  const hide = (value: string) => (secretKey.test(key) && !reference.test(value) ? '***' : value)
  return {
    key,
    ...(from !== undefined && { from: hide(from) }),
    ...(to !== undefined && { to: hide(to) }),
  }
}

const longest = 80

function short(value: string): string {
  if (value === '') return '(none)'
  const line = value.replace(/\s+/g, ' ')
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
