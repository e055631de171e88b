/** The kinds of steps, one file each. */
import { branch } from './branch.ts'
import { deduplicate } from './deduplicate.ts'
import { drop } from './drop.ts'
import { filter } from './filter.ts'
import { key } from './key.ts'
import { map } from './map.ts'
import { set } from './set.ts'
import type { StepKind } from './step.ts'
import { window } from './window.ts'

// biome-ignore lint/suspicious/noExplicitAny: a list of kinds, each with a specification of its own.
export const stepKinds: readonly StepKind<any>[] = [
  filter,
  map,
  set,
  drop,
  key,
  branch,
  window,
  deduplicate,
]
