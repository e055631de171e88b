import { BadRecordError, RetriableError } from '../../connect/kit/index.ts'
import { redisError } from './errors.ts'

/** The first words of Redis's errors that pass by themselves. */
const passing: ReadonlySet<string> = new Set([
  ...['LOADING', 'BUSY', 'MASTERDOWN', 'READONLY', 'OOM', 'MISCONF', 'NOREPLICAS', 'TRYAGAIN'],
  ...['CLUSTERDOWN', 'EXECABORT'],
])
/** Those that a record's key or value is to blame for. */
const ofRecords: ReadonlySet<string> = new Set(['WRONGTYPE', 'ERR'])

/** What Redis answered, in words for the worker. */
export function refusal(message: string, place: string, cause: unknown): Error {
  const [word = ''] = message.split(' ', 1)
  if (passing.has(word)) return new RetriableError(`Redis at ${place}: ${message}`, { cause })
  if (ofRecords.has(word)) return new BadRecordError(`Redis at ${place}: ${message}`, { cause })
  return redisError('refused', { place, why: message }, { cause })
}

/** There was no answer. */
export function away(error: unknown, place: string): RetriableError {
  const why = error instanceof Error ? error.message : String(error)
  return new RetriableError(`Redis at ${place} cannot be reached: ${why}`, { cause: error })
}
