import { AssertionError } from 'node:assert'
import { LeatError } from '../../base/errors.ts'
import { BadRecordError, RetriableError } from '../../connect/kit/index.ts'
import type { Dialect } from './dialects/dialect.ts'
import { jdbcError } from './errors.ts'

/**
 * What the worker is told of a failure. The driver's error itself stays here: it holds the statement,
 * and so the values of records.
 */
export function failureOf(
  dialect: Dialect,
  error: unknown,
  doing: string,
  { discreet, retryMs }: { readonly discreet: boolean; readonly retryMs?: number },
): Error {
  if (isOurs(error)) return error
  const { kind, code, words } = dialect.faultOf(error)
  const why = discreet ? code : `${code}: ${words}`
  switch (kind) {
    case 'gone':
      return new RetriableError(`The database is away (${doing}): ${why}`, {
        afterMs: retryMs ?? 0,
      })
    case 'stale':
    case 'exists':
      return new RetriableError(`The tables are not as they were (${doing}): ${why}`, {
        afterMs: retryMs ?? 0,
      })
    case 'refused':
      return new BadRecordError(`The database refused ${doing}: ${why}`)
    case 'fatal': {
      const cure = 'Check the address, the user and the password, and what the user may do there.'
      return jdbcError('statement-refused', { doing, why, cure })
    }
  }
}

/** Errors that already say what they mean, and our bugs. */
function isOurs(error: unknown): error is Error {
  return [
    ...[BadRecordError, RetriableError, LeatError],
    ...[TypeError, RangeError, ReferenceError, AssertionError],
  ].some((kind) => error instanceof kind)
}
