/**
 * Objects: what they require, the properties they name, and what they take beside them. That is called
 * the content model: open (anything), closed (nothing) or partially open (what fits a schema).
 */
import { linearPattern } from '../../base/linear-pattern.ts'
import type { Compare } from './compare.ts'
import { compareLimits, isWithin, limitsOf } from './compare-values.ts'
import { below, type Difference, difference } from './differences.ts'
import type { LateShape, ObjectShape, Property, Rest } from './shapes.ts'

const counts = { least: 'minProperties', most: 'maxProperties' }

export function compareObjects(
  original: ObjectShape,
  update: ObjectShape,
  compare: Compare,
): Difference[] {
  return [
    ...compareRequired(original, update),
    ...compareProperties(original, update, compare),
    ...compareDependencies(original, update, compare),
    ...below(
      ['additionalProperties'],
      compareRest('ADDITIONAL_PROPERTIES', original.additional, update.additional, compare),
    ),
    ...below(
      ['unevaluatedProperties'],
      compareUnevaluated(
        'UNEVALUATED_PROPERTIES',
        original.unevaluated,
        update.unevaluated,
        compare,
      ),
    ),
    ...compareLimits(
      'PROPERTIES',
      counts,
      limitsOf(original.node, counts),
      limitsOf(update.node, counts),
    ),
  ]
}

function compareRequired(original: ObjectShape, update: ObjectShape): Difference[] {
  return [...original.properties.keys()].flatMap((name) => {
    const property = update.properties.get(name)
    if (property === undefined || property.hasDefault) return []
    const isNew = update.required.has(name) && !original.required.has(name)
    return isNew ? difference('REQUIRED_ATTRIBUTE_ADDED', 'required', name) : []
  })
}

function compareProperties(
  original: ObjectShape,
  update: ObjectShape,
  compare: Compare,
): readonly Difference[] {
  const names = new Set([...original.properties.keys(), ...update.properties.keys()])
  return [...names].flatMap((name) => {
    const before = original.properties.get(name)
    const now = update.properties.get(name)
    const found =
      before === undefined
        ? added(name, now as Property, original, update, compare)
        : now === undefined
          ? removed(name, before.shape, update, compare)
          : compare(before.shape, now.shape)
    return below(['properties', name], found)
  })
}

function removed(
  name: string,
  before: LateShape,
  update: ObjectShape,
  compare: Compare,
): readonly Difference[] {
  if (isOpen(update)) return []
  const covering = coveringShape(update, name)
  if (covering === undefined) {
    return before().kind === 'false' ? [] : difference('PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL')
  }
  const found = compare(before, covering)
  if (found.length === 0) return []
  return [...found, ...difference('PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL')]
}

function added(
  name: string,
  now: Property,
  original: ObjectShape,
  update: ObjectShape,
  compare: Compare,
): readonly Difference[] {
  const isRequired = update.required.has(name)
  if (isOpen(original)) {
    const { kind } = now.shape()
    if (kind === 'empty' || kind === 'true') return []
    if (!isRequired) return difference('OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL')
    return difference(
      now.hasDefault
        ? 'REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL'
        : 'REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL',
    )
  }
  const covering = coveringShape(original, name)
  const found = covering === undefined ? [] : compare(covering, now.shape)
  return [
    ...found,
    ...(found.length === 0
      ? []
      : difference('PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL')),
    ...(isRequired && !now.hasDefault
      ? difference('REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL')
      : []),
  ]
}

function isOpen({ additional, patterns, unevaluated }: ObjectShape): boolean {
  return additional === 'anything' && patterns.length === 0 && takesAnything(unevaluated)
}

/** What a property that is not named must fit: a pattern's schema, or that of all others. */
function coveringShape(shape: ObjectShape, name: string): LateShape | undefined {
  const matching = shape.patterns.find(({ pattern }) => matches(pattern, name))
  return matching?.shape ?? coveringRest(shape)
}

/** A pattern that cannot be tried in linear time covers nothing: the stricter verdict. */
function matches(pattern: string, name: string): boolean {
  try {
    return linearPattern(pattern).test(name)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return false
  }
}

/** The schema of what may stand beside the named ones, where there is one. */
export function coveringRest(shape: {
  readonly additional: Rest
  readonly unevaluated: LateShape | undefined
}): LateShape | undefined {
  const { additional, unevaluated } = shape
  if (additional !== 'anything') return additional === 'nothing' ? undefined : additional
  const isSchema = !takesAnything(unevaluated) && unevaluated?.().kind !== 'false'
  return isSchema ? unevaluated : undefined
}

export function takesAnything(shape: LateShape | undefined): boolean {
  const kind = shape?.().kind
  return kind === undefined || kind === 'empty' || kind === 'true'
}

export function compareRest(
  name: 'ADDITIONAL_PROPERTIES' | 'ADDITIONAL_ITEMS',
  original: Rest,
  update: Rest,
  compare: Compare,
): readonly Difference[] {
  if (original === 'nothing' || update === 'anything') return []
  if (update === 'nothing') return difference(`${name}_REMOVED`)
  return original === 'anything' ? difference(`${name}_NARROWED`) : compare(original, update)
}

export function compareUnevaluated(
  name: 'UNEVALUATED_PROPERTIES' | 'UNEVALUATED_ITEMS',
  original: LateShape | undefined,
  update: LateShape | undefined,
  compare: Compare,
): readonly Difference[] {
  if (update === undefined || original?.().kind === 'false') return []
  if (update().kind === 'false') return difference(`${name}_REMOVED`)
  if (original === undefined) return difference(`${name}_NARROWED`)
  if (takesAnything(update)) return []
  return takesAnything(original) ? difference(`${name}_NARROWED`) : compare(original, update)
}

function compareDependencies(
  original: ObjectShape,
  update: ObjectShape,
  compare: Compare,
): readonly Difference[] {
  const lists = [...update.requiredWith].flatMap(([name, needed]) =>
    below(['dependencies', name], compareNeeded(original.requiredWith.get(name), needed)),
  )
  const shapes = [...update.shapesWith].flatMap(([name, shape]) => {
    const before = original.shapesWith.get(name)
    const found =
      before === undefined ? difference('DEPENDENCY_SCHEMA_ADDED') : compare(before, shape)
    return below(['dependencies', name], found)
  })
  return [...lists, ...shapes]
}

function compareNeeded(
  original: ReadonlySet<string> | undefined,
  update: ReadonlySet<string>,
): Difference[] {
  if (original === undefined) return difference('DEPENDENCY_ARRAY_ADDED')
  if (isWithin(update, original)) return []
  const isLonger = isWithin(original, update)
  return difference(isLonger ? 'DEPENDENCY_ARRAY_EXTENDED' : 'DEPENDENCY_ARRAY_CHANGED')
}
