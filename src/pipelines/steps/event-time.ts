import { optional } from '../../base/settings.ts'
import { kindOf, pipelineError } from '../errors.ts'
import type { PipelineEvent } from '../event.ts'
import { duration, formula } from './settings.ts'
import type { Formula, StepContext } from './step.ts'

/** What every step says that follows the time of events. */
export const timeSettings = {
  time: optional(
    formula({ about: "The time of the event; else the record's.", example: '"value.at"' }),
  ),
  ahead: duration({
    about:
      "How far the event's time may be ahead of its record's; what is later has a wrong clock, and goes to the errors.",
    example: '1h',
    fallback: 3_600_000,
  }),
} as const

interface TimeSpec {
  readonly time: Formula | undefined
  readonly ahead: number
}

/**
 * The time of an event in milliseconds: the record's own, or what an expression says. Throws
 * 'not-a-time' and 'too-far-ahead'. The latter compares with the record and not with the clock, so
 * that what is read again after a restart is taken, or not, as it was before.
 */
export function eventTime(
  { time, ahead }: TimeSpec,
  { expression }: StepContext,
): (event: PipelineEvent) => number {
  if (time === undefined) return ({ timestampMs }) => timestampMs
  const timeOf = expression(time)
  return (event) => {
    const result = timeOf(event)
    const ms = result instanceof Date ? result.getTime() : Number(result ?? Number.NaN)
    const isTime = typeof result !== 'boolean' && result !== '' && Number.isFinite(ms)
    if (!isTime) throw pipelineError('not-a-time', { text: time.text, found: kindOf(result) })
    const { timestampMs } = event
    // Examples, and records of the oldest formats, have no time of their own.
    if (timestampMs > 0 && ms > timestampMs + ahead) {
      throw pipelineError('too-far-ahead', { text: time.text, ms, timestampMs, ahead })
    }
    return ms
  }
}

/** A text that is the same for equal values, for keys of maps. */
export function identityOf(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (typeof part === 'bigint')
      return Number.isSafeInteger(Number(part)) ? Number(part) : `${part}n`
    return part === undefined ? null : part
  })
}
