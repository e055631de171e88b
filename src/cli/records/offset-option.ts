import { type OffsetRange, offsetRangeExamples, parseOffsetRange } from '../../client/index.ts'
import { cliError } from '../errors.ts'

/** What an option says of offsets; throws 'usage'. */
export function readOffsets(option: string, text: string, nowMs: number): OffsetRange {
  const range = parseOffsetRange(text, nowMs)
  if (range !== undefined) return range
  const problem = `'--${option}' is '${text}'; write ${offsetRangeExamples}.`
  throw cliError('usage', { problem })
}
