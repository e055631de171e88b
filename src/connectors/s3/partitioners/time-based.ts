import { dateFormat } from '../../../connect/encodings/index.ts'
import { localTimeOf } from '../time-zone.ts'
import { extractorOf } from '../timestamps.ts'
import type { OpenPartitioner } from './partitioner.ts'

/** A day is as long as Confluent's partitioner has it. */
const dayMs = 86_400_000
const hourMs = 3_600_000

/** By time: a path for each so many milliseconds, in a zone. */
export const timeBasedPartitioner: OpenPartitioner = (values, clock) =>
  byTime(values['path.format'], values['partition.duration.ms'])(values, clock)

export const dailyPartitioner = byTime("'year'=YYYY/'month'=MM/'day'=dd", dayMs)
export const hourlyPartitioner = byTime("'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH", hourMs)

function byTime(pathFormat: string, durationMs: number): OpenPartitioner {
  return (values, clock) => {
    const pattern = inOurLetters(pathFormat).replaceAll('/', values['directory.delim'])
    const format = dateFormat(pattern)
    const zone = values.timezone
    const extract = extractorOf(values['timestamp.extractor'], values['timestamp.field'], clock)
    // Records of the same stretch of time mostly follow each other.
    let last = { start: Number.NaN, folder: '' }
    return (record) => {
      const local = localTimeOf(extract(record), zone)
      const start = local - (((local % durationMs) + durationMs) % durationMs)
      if (start !== last.start) last = { start, folder: format.format(new Date(start)) }
      return last
    }
  }
}

/** Joda's Y is a year, where Java's own format has the week's year. */
function inOurLetters(pattern: string): string {
  return pattern.replace(/'[^']*'|Y+/g, (one) => (one.startsWith("'") ? one : one.toLowerCase()))
}
