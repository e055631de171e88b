/**
 * Whether data of an older schema still fits a newer one, by the differences that Confluent's registry
 * looks for (its STRICT policy) and with its verdicts.
 */
import { compareArrays } from './compare-arrays.ts'
import { compareCombined } from './compare-combined.ts'
import { compareObjects } from './compare-objects.ts'
import { compareEnums, compareNumbers, compareStrings } from './compare-values.ts'
import { type Difference, difference, told } from './differences.ts'
import { NodeIds } from './node-ids.ts'
import type { LateShape, Shape } from './shapes.ts'

/** Of a few microseconds each. Alternatives may be compared each with each, recursive schemas in several rounds. */
const mostSteps = 500_000
/** Pairs that lie deeper are put off until those above them are done: the stack is finite. */
const deepestPairs = 100
const mostRounds = 50
const mostDifferences = 1000

/** Compares two schemas; the differences are relative to them. */
export type Compare = (
  original: LateShape | undefined,
  update: LateShape | undefined,
) => readonly Difference[]

export function incompatibilitiesOf(original: Shape, update: Shape): string[] {
  try {
    return differencesOf(original, update).slice(0, mostDifferences).map(told)
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error
    return ['The schemas are too large to be compared']
  }
}

class TooLarge extends Error {}

type Pairs = Map<Shape, Map<Shape, readonly Difference[]>>

/**
 * A pair that is met again while it is being compared, or put off, counts as compatible; should it turn
 * out not to be, that is known in the next round, until a round tells nothing new.
 */
function differencesOf(original: Shape, update: Shape): readonly Difference[] {
  const known: Pairs = new Map()
  const budget = { steps: 0 }
  const ids = new NodeIds()
  for (let round = 0; round < mostRounds; round++) {
    const comparison = new Comparison(known, budget, ids)
    const found = comparison.whole(original, update)
    const before = sizeOf(known)
    // What is incompatible stays so; not every round compares the same.
    comparison.tellIncompatible(known)
    if (!comparison.isOptimistic || sizeOf(known) === before) return found
  }
  throw new TooLarge()
}

class Comparison {
  isOptimistic = false
  readonly #known: Pairs
  readonly #budget: { steps: number }
  readonly #ids: NodeIds
  readonly #done: Pairs = new Map()
  readonly #running: Pairs = new Map()
  readonly #putOff: (readonly [Shape, Shape])[] = []
  #depth = 0

  constructor(known: Pairs, budget: { steps: number }, ids: NodeIds) {
    this.#known = known
    this.#budget = budget
    this.#ids = ids
  }

  whole(original: Shape, update: Shape): readonly Difference[] {
    const found = this.#pair(original, update)
    for (let pair = this.#putOff.pop(); pair !== undefined; pair = this.#putOff.pop()) {
      this.#pair(...pair)
    }
    return found
  }

  readonly compare: Compare = (original, update) => {
    if (update === undefined) return []
    return original === undefined ? difference('SCHEMA_ADDED') : this.#pair(original(), update())
  }

  tellIncompatible(pairs: Pairs): void {
    for (const [original, updates] of this.#done) {
      for (const [update, found] of updates) {
        if (found.length > 0) put(pairs, original, update, found)
      }
    }
  }

  #pair(original: Shape, update: Shape): readonly Difference[] {
    const done = this.#done.get(original)?.get(update)
    this.#budget.steps += done === undefined ? stepsOf(original, update) : 1
    if (this.#budget.steps > mostSteps) throw new TooLarge()
    if (done !== undefined) return done
    const isRunning = this.#running.get(original)?.has(update) ?? false
    if (isRunning || this.#depth === deepestPairs) {
      const known = this.#known.get(original)?.get(update)
      if (known === undefined) this.isOptimistic = true
      if (!isRunning) this.#putOff.push([original, update])
      return known ?? []
    }
    this.#depth += 1
    put(this.#running, original, update, [])
    const found = this.#shapes(original, update).slice(0, mostDifferences)
    this.#running.get(original)?.delete(update)
    this.#depth -= 1
    put(this.#done, original, update, found)
    return found
  }

  #shapes(original: Shape, update: Shape): readonly Difference[] {
    if (this.#isPart(original, update)) return []
    if (original.kind === 'combined' && update.kind === 'combined') {
      return compareCombined(original, update, this.compare, this.#ids)
    }
    if (original.kind === 'object' && update.kind === 'object') {
      return compareObjects(original, update, this.compare)
    }
    if (original.kind === 'array' && update.kind === 'array') {
      return compareArrays(original, update, this.compare)
    }
    if (original.kind === 'string' && update.kind === 'string') {
      return compareStrings(original.node, update.node)
    }
    if (original.kind === 'number' && update.kind === 'number') {
      return compareNumbers(original, update)
    }
    if (original.kind === 'not' && update.kind === 'not') {
      const isWider = this.compare(update.not, original.not).length === 0
      return isWider ? [] : difference('NOT_TYPE_EXTENDED', 'not')
    }
    if ('values' in original && 'values' in update && original.kind === update.kind) {
      return compareEnums(original, update)
    }
    const isSame = original.kind === update.kind || takesAll(original, update)
    return isSame ? [] : difference('TYPE_CHANGED')
  }

  /** Whether one of the two is a combination, and one part of it is enough. */
  #isPart(original: Shape, update: Shape): boolean {
    if (original.kind !== 'combined' && update.kind === 'combined') {
      const isEnough = update.parts.length === 1 || update.criterion !== 'allOf'
      return (
        isEnough && update.parts.some((part) => this.compare(() => original, part).length === 0)
      )
    }
    if (original.kind === 'combined' && update.kind !== 'combined') {
      const isEnough = original.parts.length === 1 || original.criterion === 'allOf'
      return (
        isEnough && original.parts.some((part) => this.compare(part, () => update).length === 0)
      )
    }
    return false
  }
}

/** What one comparison takes, without that of the parts that are compared by themselves. */
function stepsOf(original: Shape, update: Shape): number {
  if (original.kind === 'object' && update.kind === 'object') {
    const names = original.properties.size + update.properties.size
    const patterns = original.patterns.length + update.patterns.length
    return 1 + (names * (1 + patterns)) / 8
  }
  if ('values' in original && 'values' in update) {
    return 1 + (original.values.size + update.values.size) / 32
  }
  return 1
}

function takesAll(original: Shape, update: Shape): boolean {
  if (original.kind === 'false' || update.kind === 'empty' || update.kind === 'true') return true
  return [original, update].every(({ node }) => node.get('connect.type') === 'bytes')
}

function put(pairs: Pairs, original: Shape, update: Shape, found: readonly Difference[]): void {
  const updates = pairs.get(original) ?? new Map<Shape, readonly Difference[]>()
  pairs.set(original, updates)
  updates.set(update, found)
}

function sizeOf(pairs: Pairs): number {
  let size = 0
  for (const updates of pairs.values()) size += updates.size
  return size
}
