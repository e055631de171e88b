/** `allOf`, `anyOf` and `oneOf`: their parts are matched with each other, as many as can be. */
import type { Compare } from './compare.ts'
import { type Difference, difference } from './differences.ts'
import { allFindPartners } from './matching.ts'
import type { NodeIds } from './node-ids.ts'
import type { CombinedShape, LateShape } from './shapes.ts'

/** Every part may have to be compared with every other. */
const mostParts = 1000

export function compareCombined(
  original: CombinedShape,
  update: CombinedShape,
  compare: Compare,
  ids: NodeIds,
): Difference[] {
  if (!isSameOrWider(original, update)) return difference('COMBINED_TYPE_CHANGED')
  const before = distinct(original.parts)
  const now = distinct(update.parts)
  const isLonger = before.length < now.length
  const isShorter = before.length > now.length
  return [
    ...(isLonger && update.criterion === 'allOf' ? difference('PRODUCT_TYPE_EXTENDED') : []),
    ...(isShorter && original.criterion !== 'allOf' ? difference('SUM_TYPE_NARROWED') : []),
    ...(isCovered(before, now, compare, ids) ? [] : difference('COMBINED_TYPE_SUBSCHEMAS_CHANGED')),
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

/** Whether each part of the shorter side has one on the other that reads what it allows, or that it reads. */
function isCovered(
  before: readonly LateShape[],
  now: readonly LateShape[],
  compare: Compare,
  ids: NodeIds,
): boolean {
  const isRead = (part: number, by: number) => compare(before[part], now[by]).length === 0
  const [few, many, fits] =
    before.length <= now.length
      ? [before, now, isRead]
      : [now, before, (by: number, part: number) => isRead(part, by)]
  // What is written in the same way on both sides will fit, unless a reference means another schema.
  const places = new Map(many.map((part, at) => [ids.of(part().node), at]))
  const likely = (one: number) => {
    const node = few[one]?.().node
    return (node && places.get(ids.of(node))) ?? one
  }
  return allFindPartners(few.length, many.length, likely, fits)
}
