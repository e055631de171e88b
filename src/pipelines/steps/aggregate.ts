import type { Path, Report, Setting } from '../../base/settings.ts'
import { kindOf, pipelineError } from '../errors.ts'
import type { PipelineEvent } from '../event.ts'
import type { Formula, StepContext } from './step.ts'

/** What is made of the many values of one window; null is passed over. */
interface Fold {
  readonly start: unknown
  readonly add: (sum: never, value: never) => unknown
  readonly isNumeric?: boolean
  readonly end?: (sum: never) => unknown
}

type Numeric = number | bigint
type Mean = { readonly sum: number; readonly count: number }

const folds: Readonly<Record<string, Fold>> = {
  count: { start: 0, add: (sum: number) => sum + 1 },
  sum: { start: null, isNumeric: true, add: plus },
  avg: {
    start: { sum: 0, count: 0 },
    isNumeric: true,
    add: ({ sum, count }: Mean, value: Numeric): Mean => ({
      sum: sum + Number(value),
      count: count + 1,
    }),
    end: ({ sum, count }: Mean) => (count === 0 ? null : sum / count),
  },
  min: {
    start: null,
    add: (least: unknown, value: unknown) => (isLess(value, least) ? value : least),
  },
  max: {
    start: null,
    add: (most: unknown, value: unknown) => (most === null || isLess(most, value) ? value : most),
  },
  first: { start: null, add: (first: unknown, value: unknown) => first ?? value },
  last: { start: null, add: (_: unknown, value: unknown) => value },
}

export interface AggregateSpec {
  readonly fold: string
  /** `count` may go without: it counts events. */
  readonly of: Formula | undefined
}

/** `avg(value.temperature)`, `count`. */
export const aggregate: Setting<AggregateSpec> = {
  about: `One of ${Object.keys(folds).join(', ')}, with an expression in brackets; count may go without.`,
  example: 'avg(value.temperature)',
  read(raw: unknown, at: Path, report: Report) {
    const [, fold = '', , text] = /^\s*(\w+)\s*(\((.*)\))?\s*$/s.exec(String(raw)) ?? []
    const isComplete = text !== undefined ? text.trim() !== '' : fold === 'count'
    if (!Object.hasOwn(folds, fold) || !isComplete) {
      report({
        at,
        says: `'${raw}' is no aggregate; write ${Object.keys(folds).join(', ')} with an expression in brackets, such as ${this.example}.`,
      })
    }
    return { fold, of: text === undefined ? undefined : { text, at } }
  },
}

/** Adds up one window. */
export interface Total {
  add(value: unknown): void
  result(): unknown
}

export interface Aggregator {
  /** What an event has to add; null for nothing. Throws before anything is added. */
  readonly read: (event: PipelineEvent) => unknown
  readonly start: () => Total
}

export function aggregator({ fold, of }: AggregateSpec, { expression }: StepContext): Aggregator {
  const { start, add, end, isNumeric } = folds[fold] as Fold
  const evaluate = of === undefined ? () => true : expression(of)
  return {
    read(event) {
      const value = evaluate(event) ?? null
      if (isNumeric && value !== null && typeof value !== 'number' && typeof value !== 'bigint') {
        throw pipelineError('not-a-number', { text: of?.text ?? fold, found: kindOf(value) })
      }
      return value
    },
    start() {
      let sum = start
      return {
        add(value) {
          if (value !== null) sum = add(sum as never, value as never)
        },
        result: () => (end === undefined ? sum : end(sum as never)),
      }
    },
  }
}

/** Whole numbers stay whole. */
function plus(sum: Numeric | null, value: Numeric): Numeric {
  if (sum === null) return value
  if (typeof sum === 'bigint' && typeof value === 'bigint') return sum + value
  return Number(sum) + Number(value)
}

function isLess(a: unknown, b: unknown): boolean {
  return b === null || (a as Numeric) < (b as Numeric)
}
