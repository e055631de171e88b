/** `allOf`, `anyOf` and `oneOf`: their parts are matched with each other, as many as can be. */
import type { Compare } from './compare.ts'
import { type Difference, difference } from './differences.ts'
import type { CombinedShape, LateShape } from './shapes.ts'

/** Every part is compared with every other. */
const mostParts = 1000

export function compareCombined(
  original: CombinedShape,
  update: CombinedShape,
  compare: Compare,
): Difference[] {
  if (!isSameOrWider(original, update)) return difference('COMBINED_TYPE_CHANGED')
  const before = distinct(original.parts)
  const now = distinct(update.parts)
  const isLonger = before.length < now.length
  const isShorter = before.length > now.length
  const isCovered = matches(before, now, compare) === Math.min(before.length, now.length)
  return [
    ...(isLonger && update.criterion === 'allOf' ? difference('PRODUCT_TYPE_EXTENDED') : []),
    ...(isShorter && original.criterion !== 'allOf' ? difference('SUM_TYPE_NARROWED') : []),
    ...(isCovered ? [] : difference('COMBINED_TYPE_SUBSCHEMAS_CHANGED')),
  ]
}

function isSameOrWider(original: CombinedShape, update: CombinedShape): boolean {
  if (original.criterion === update.criterion || update.criterion === 'anyOf') return true
  const wasSingle = original.parts.length === 1
  const isSingle = update.parts.length === 1
  return (
    (wasSingle && (isSingle || update.criterion === 'oneOf')) ||
    (isSingle && original.criterion === 'allOf')
  )
}

function distinct(parts: readonly LateShape[]): LateShape[] {
  const byText = new Map(parts.slice(0, mostParts).map((part) => [part().text, part]))
  return [...byText.values()]
}

/** How many parts find a partner that reads what they allow, each partner taken once (Kuhn's algorithm). */
function matches(
  before: readonly LateShape[],
  now: readonly LateShape[],
  compare: Compare,
): number {
  const partners = before.map((part) =>
    now.map((_, index) => index).filter((index) => compare(part, now[index]).length === 0),
  )
  const takenBy = new Map<number, number>()

  const finds = (part: number, tried: Set<number>): boolean =>
    (partners[part] ?? []).some((partner) => {
      if (tried.has(partner)) return false
      tried.add(partner)
      const rival = takenBy.get(partner)
      if (rival !== undefined && !finds(rival, tried)) return false
      takenBy.set(partner, part)
      return true
    })

  return before.filter((_, part) => finds(part, new Set())).length
}
