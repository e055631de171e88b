/** Arrays: their items, by place and all alike, what may follow the named ones, and how many there are. */
import type { Compare } from './compare.ts'
import { compareRest, compareUnevaluated, coveringRest, takesAnything } from './compare-objects.ts'
import { compareLimits, limitsOf } from './compare-values.ts'
import { below, type Difference, difference } from './differences.ts'
import type { ArrayShape, LateShape } from './shapes.ts'

const counts = { least: 'minItems', most: 'maxItems' }
const contained = { least: 'minContains', most: 'maxContains' }

export function compareArrays(
  original: ArrayShape,
  update: ArrayShape,
  compare: Compare,
): Difference[] {
  const isNewlyUnique = needsUnique(update) && !needsUnique(original)
  return [
    ...below(['items'], compare(original.every, update.every)),
    ...comparePlaces(original, update, compare),
    ...below(
      ['additionalItems'],
      compareRest('ADDITIONAL_ITEMS', original.additional, update.additional, compare),
    ),
    ...below(
      ['unevaluatedItems'],
      compareUnevaluated('UNEVALUATED_ITEMS', original.unevaluated, update.unevaluated, compare),
    ),
    ...compareLimits(
      'ITEMS',
      counts,
      limitsOf(original.node, counts),
      limitsOf(update.node, counts),
    ),
    ...(isNewlyUnique ? difference('UNIQUE_ITEMS_ADDED', 'uniqueItems') : []),
    ...compareLimits(
      'CONTAINS',
      contained,
      { least: original.leastContained, most: original.mostContained },
      { least: update.leastContained, most: update.mostContained },
    ),
  ]
}

function comparePlaces(
  original: ArrayShape,
  update: ArrayShape,
  compare: Compare,
): readonly Difference[] {
  const length = Math.max(original.items.length, update.items.length)
  return Array.from({ length }, (_, place) => {
    const before = original.items[place]
    const now = update.items[place]
    const found =
      before === undefined
        ? added(now as LateShape, original, compare)
        : now === undefined
          ? removed(before, update, compare)
          : compare(before, now)
    return below(['items', place], found)
  }).flat()
}

function removed(before: LateShape, update: ArrayShape, compare: Compare): readonly Difference[] {
  if (isOpen(update)) return []
  const covering = coveringRest(update)
  if (covering === undefined) {
    return before().kind === 'false' ? [] : difference('ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL')
  }
  const found = compare(before, covering)
  if (found.length === 0) return []
  return [...found, ...difference('ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL')]
}

function added(now: LateShape, original: ArrayShape, compare: Compare): readonly Difference[] {
  if (isOpen(original)) {
    return takesAnything(now) ? [] : difference('ITEM_ADDED_TO_OPEN_CONTENT_MODEL')
  }
  const covering = coveringRest(original)
  const found = covering === undefined ? [] : compare(covering, now)
  if (found.length === 0) return []
  return [...found, ...difference('ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL')]
}

function isOpen({ additional, unevaluated }: ArrayShape): boolean {
  return additional === 'anything' && takesAnything(unevaluated)
}

function needsUnique({ node }: ArrayShape): boolean {
  return node.get('uniqueItems') === true
}
