/** When a record happened: by the clock, by its timestamp, or by one of its fields. */
import type { Clock } from '../../base/clock.ts'
import { BadRecordError, type SinkRecord } from '../../connect/kit/index.ts'
import { simpleName } from './class-names.ts'
import { fieldOf } from './fields.ts'

/** Milliseconds since the epoch. */
export type Extract = (record: SinkRecord) => number

const extractors: Readonly<Record<string, (field: string, clock: Clock) => Extract>> = {
  Wallclock: (_, clock) => () => clock.now(),
  Record: () => timeOfRecord,
  RecordField: (field) => (record) =>
    // A record without a value has no fields: it happened when it was written.
    record.value === null ? timeOfRecord(record) : timeOf(fieldOf(record, field), field),
}

export function extractorOf(name: string, field: string, clock: Clock): Extract {
  const found = extractors[timestampName(name)]
  if (found !== undefined) return found(field, clock)
  throw new Error(`There is no timestamp.extractor '${name}'; use ${extractorNames.join(', ')}`)
}

export const extractorNames = Object.keys(extractors)

/** Also as Java's class, `…TimeBasedPartitioner$RecordTimestampExtractor`. */
export function timestampName(name: string): string {
  const simple = simpleName(name)
  return simple.slice(simple.lastIndexOf('$') + 1).replace(/TimestampExtractor$/, '')
}

function timeOfRecord({ timestamp }: SinkRecord): number {
  if (timestamp !== undefined) return timestamp
  throw new BadRecordError(
    'The record has no timestamp; use the RecordField or Wallclock extractor',
  )
}

function timeOf(value: unknown, field: string): number {
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'bigint') return Number(value)
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (!Number.isNaN(time)) return time
  throw new BadRecordError(
    `The field '${field}' is no time; it takes milliseconds since the epoch and texts as 2026-01-31T12:00:00Z`,
  )
}
