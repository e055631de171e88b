import { kindOf, pipelineError } from '../errors.ts'
import type { PipelineEvent } from '../event.ts'
import type { Formula, StepContext } from './step.ts'

/** The time of an event in milliseconds: the record's own, or what an expression says. Throws not-a-time. */
export function eventTime(
  time: Formula | undefined,
  { expression }: StepContext,
): (event: PipelineEvent) => number {
  if (time === undefined) return ({ timestampMs }) => timestampMs
  const timeOf = expression(time)
  return (event) => {
    const result = timeOf(event)
    const ms = result instanceof Date ? result.getTime() : Number(result ?? Number.NaN)
    const isTime = typeof result !== 'boolean' && result !== '' && Number.isFinite(ms)
    if (!isTime) throw pipelineError('not-a-time', { text: time.text, found: kindOf(result) })
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
