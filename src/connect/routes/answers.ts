/** Errors as Kafka Connect answers them: `{ error_code, message }` with an HTTP status. */
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { LeatError } from '../../base/errors.ts'
import { connectError, sentenceOf } from '../errors.ts'

const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  'bad-request': 400,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'connector-exists': 409,
  'not-leader': 409,
  'not-ready': 503,
  'report-late': 504,
  'too-large': 413,
}

export function answerError(context: Context, error: unknown): Response {
  const status = (error instanceof LeatError ? statuses[error.code] : undefined) ?? 500
  return context.json({ error_code: status, message: sentenceOf(error) }, status)
}

/** Throws 'bad-request' where the body is no object of JSON. */
export async function objectBody(context: Context): Promise<Record<string, unknown>> {
  const body: unknown = await context.req.json().catch((cause: unknown) => {
    throw connectError('bad-request', { why: `The body is no JSON: ${sentenceOf(cause)}` })
  })
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw connectError('bad-request', { why: 'The body is no object of JSON; write { … }.' })
}

/** A configuration: each of its values as a text, or null. */
export function configIn(body: unknown): Record<string, string | null> {
  const texts = Object.entries(Object(body)).map(([key, value]) => {
    if (value === null) return [key, null]
    if (typeof value !== 'object') return [key, String(value)]
    throw connectError('bad-request', { why: `'${key}' is no text; write "${key}": "…".` })
  })
  return Object.fromEntries(texts)
}
