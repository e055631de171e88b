/**
 * Several files become one: parts and names of all of them stand beside each other, and lists are put
 * end to end. What has a name, or a single value, stands in one of the files.
 */
import type { Setting, Shape } from '../../base/settings.ts'
import { isList, isMap, type Said } from './said.ts'

/** `conflict` is told what is said in a second place. */
export type Conflict = (second: Said, first: Said) => void

export function merge(files: readonly Said[], parts: Shape, conflict: Conflict): Said | undefined {
  const [first, ...others] = files
  if (first === undefined) return undefined
  return others.reduce((one, other) => both(one, other, { parts }, conflict), first)
}

function both(
  first: Said,
  second: Said,
  { parts }: Pick<Setting<unknown>, 'parts'>,
  conflict: Conflict,
): Said {
  // A part that one file names and leaves empty is what another one says of it.
  if (second.value === null) return first
  if (first.value === null) return second
  if (isList(first) && isList(second)) {
    return { ...first, value: [...first.value, ...second.value] }
  }
  if (!isMap(first) || !isMap(second)) {
    conflict(second, first)
    return first
  }
  const merged = new Map(first.value)
  for (const [name, item] of second.value) {
    const known = merged.get(name)
    const setting = parts?.[name]
    if (known === undefined) merged.set(name, item)
    else if (setting === undefined) conflict(item, known)
    else merged.set(name, both(known, item, setting, conflict))
  }
  return { ...first, value: merged }
}
