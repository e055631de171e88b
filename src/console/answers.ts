/** Errors as the page reads them: `{ error: { code, message } }` with a status. */
import type { Context } from 'hono'
import type { Logger } from '../base/logger.ts'
import { consoleError, statusOf, toldOf } from './errors.ts'

export function answerError(context: Context, error: unknown, logger: Logger): Response {
  logUnexpected(error, context, logger)
  const { code, message } = toldOf(error)
  return context.json(errorBody(code, message), statusOf(error))
}

/** What nobody who asks can do anything about. */
export function logUnexpected(error: unknown, { req }: Pick<Context, 'req'>, logger: Logger): void {
  if (statusOf(error) !== 500) return
  const { method, path } = req
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
  logger.error('A request to the console failed', { method, path, error: told })
}

export function errorBody(code: string, message: string) {
  return { error: { code, message } }
}

/** Throws 'body-invalid' where the body is no object of JSON. */
export async function objectBody(context: Context): Promise<Record<string, unknown>> {
  const body: unknown = await context.req.json().catch((cause: unknown) => {
    throw consoleError('body-invalid', { why: 'it is no JSON.' }, { cause })
  })
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw consoleError('body-invalid', { why: 'it is no object; write { … }.' })
}
