/** Errors as the page reads them: `{ error: { code, message } }` with a status. */
import type { Context } from 'hono'
import { LeatError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { statuses } from './errors.ts'

export function answerError(context: Context, error: unknown, logger: Logger): Response {
  const expected = error instanceof LeatError ? error : undefined
  const status = statuses[expected?.code ?? '']
  if (expected !== undefined && status !== undefined) {
    return context.json(errorBody(expected.code, expected.message), status)
  }
  const { method, path } = context.req
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
  logger.error('A request to the console failed', { method, path, error: told })
  // What was expected elsewhere says what to do; what was not is for the log alone.
  const message = expected?.message ?? "The request failed; leat's log says why."
  return context.json(errorBody(expected?.code ?? 'failed', message), 500)
}

export function errorBody(code: string, message: string) {
  return { error: { code, message } }
}
