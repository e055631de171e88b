import type { Statement } from '../session.ts'
import type { SourceMode } from './settings.ts'

/** What a SELECT is made of; names stand as they are written in statements. */
export interface Selected {
  readonly mode: SourceMode
  /** A table, or a query in parentheses with a name. */
  readonly from: string
  readonly timestamps: readonly string[]
  readonly incrementing: string
  readonly suffix: string
  readonly placeholder: (number: number) => string
}

/** From where to where, as texts of the database; both ends are open, but for `lastNumber`. */
export interface Range {
  readonly afterTime: string
  readonly afterNumber: string
  readonly beforeTime: string
  /** The last number that is safe to read; undefined for no end. */
  readonly lastNumber: string | undefined
}

/** The rows of a range in their order. */
export function selectRows(selected: Selected, range: Range): Statement {
  const values: string[] = []
  const given = (value: string) => selected.placeholder(values.push(value))
  const { from, suffix, mode } = selected
  const condition = conditions[mode](selected, range, given)
  const parts = [`SELECT * FROM ${from}`, condition, suffix].filter((part) => part !== '')
  return { sql: parts.join(' '), values }
}

type Given = (value: string) => string
type Condition = (selected: Selected, range: Range, given: Given) => string

const conditions: Readonly<Record<SourceMode, Condition>> = {
  bulk: () => '',
  incrementing: ({ incrementing: column }, { afterNumber, lastNumber }, given) => {
    const after = `WHERE ${column} > ${given(afterNumber)}`
    const until = lastNumber === undefined ? '' : ` AND ${column} <= ${given(lastNumber)}`
    return `${after}${until} ORDER BY ${column} ASC`
  },
  timestamp: (selected, { afterTime, beforeTime }, given) => {
    const time = timeOf(selected)
    return `WHERE ${time} > ${given(afterTime)} AND ${time} < ${given(beforeTime)} ORDER BY ${time} ASC`
  },
  'timestamp+incrementing': (selected, { afterTime, afterNumber, beforeTime }, given) => {
    const time = timeOf(selected)
    const { incrementing: number } = selected
    const end = `${time} < ${given(beforeTime)}`
    const same = `${time} = ${given(afterTime)} AND ${number} > ${given(afterNumber)}`
    return `WHERE ${end} AND ((${same}) OR ${time} > ${given(afterTime)}) ORDER BY ${time},${number} ASC`
  },
}

/** Of several columns, the first that is not null. */
function timeOf({ timestamps }: Selected): string {
  return timestamps.length === 1 ? `${timestamps[0]}` : `COALESCE(${timestamps.join(',')})`
}
