/** Which records are wanted: a filter in CEL, and a text that stands somewhere in them. */
import { isError } from '../../base/errors.ts'
import { isInterrupted, within } from '../../base/interruptible.ts'
import { parseJson } from '../../base/lossless-json.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import { consoleError } from '../errors.ts'
import type { Understood } from './seen.ts'

export interface UnderstoodRecord {
  readonly topic: string
  readonly partition: number
  readonly record: Record
  readonly key: Understood
  readonly value: Understood
}

/** Whether the record is wanted; an error where that cannot be said of it. */
export type Verdict = boolean | Error

/** Of some records together, a verdict on each. Throws 'filter-too-slow'. */
export type Condition = (records: readonly UnderstoodRecord[]) => readonly Verdict[]

/** A filter may keep the process busy for so long: patterns, and loops over lists, take time. */
const longestMs = 500

/** Throws 'wrong-filter'; undefined where every record is wanted. */
export async function conditionOf(
  filter: string | undefined,
  text: string | undefined,
): Promise<Condition | undefined> {
  const conditions = [
    ...(text ? [containing(text)] : []),
    ...(filter ? [await fulfilling(filter)] : []),
  ]
  if (conditions.length < 2) return conditions[0]
  return (records) => {
    const verdicts = conditions.map((condition) => condition(records))
    return records.map((_, index) => {
      const each = verdicts.map((ofAll) => ofAll[index] ?? false)
      return (
        each.every((verdict) => verdict === true) || (each.find((one) => one !== true) ?? false)
      )
    })
  }
}

/** In whatever case it is written. */
function containing(text: string): Condition {
  const wanted = text.toLowerCase()
  const holds = (one: string | null) => one?.toLowerCase().includes(wanted) ?? false
  const understood = ({ format, text }: Understood) => format !== 'bytes' && holds(text)
  return (records) =>
    records.map(
      ({ key, value, record: { headers } }) =>
        understood(value) ||
        understood(key) ||
        headers.some((header) => holds(header.key) || holds(header.value?.toString() ?? null)),
    )
}

/** CEL is loaded by the first who filters. */
async function fulfilling(filter: string): Promise<Condition> {
  const { parseExpression } = await import('../../formats/cel/expression.ts')
  const evaluate = parsed(() => parseExpression(filter, { isModest: true }))
  const verdict = ({ topic, partition, record, key, value }: UnderstoodRecord): Verdict => {
    const { offset, timestamp, headers } = record
    try {
      const result = evaluate({
        ...{ topic, partition, offset, headers, timestampMs: Number(timestamp) },
        key: spokenOf(key, record.key),
        value: spokenOf(value, record.value),
      })
      return typeof result === 'boolean' ? result : consoleError('filter-not-boolean', { filter })
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }
  return (records) => stopped(() => records.map(verdict))
}

function parsed<Value>(parse: () => Value): Value {
  try {
    return parse()
  } catch (cause) {
    if (!isError(cause, 'wrong-expression')) throw cause
    throw consoleError('wrong-filter', { why: cause.message }, { cause })
  }
}

function stopped<Value>(action: () => Value): Value {
  try {
    return within(longestMs, action)
  } catch (cause) {
    if (!isInterrupted(cause)) throw cause
    throw consoleError('filter-too-slow', { ms: longestMs }, { cause })
  }
}

/** As an expression takes it: JSON as what it says, anything else as text or bytes. */
function spokenOf({ format, text }: Understood, bytes: Buffer | null): unknown {
  if (text === null || bytes === null) return null
  if (format === 'bytes') return bytes
  return format === 'text' ? text : parseJson(text)
}
