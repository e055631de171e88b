/** Parameters of paths and queries, and bodies. */
import type { Context } from 'hono'
import { refusal } from '../errors.ts'
import { normalSubject } from '../subjects.ts'
import { isReadable } from './media-types.ts'

const highestVersion = 2 ** 31 - 1

export function flag(context: Context, name: string): boolean {
  return context.req.query(name)?.toLowerCase() === 'true'
}

export function subjectParameter(context: Context): string {
  return normalSubject(context.req.param('subject') ?? '')
}

/** Throws 'version-invalid'. */
export function versionParameter(context: Context): number | 'latest' {
  const text = (context.req.param('version') ?? '').trim()
  if (text.toLowerCase() === 'latest' || text === '-1') return 'latest'
  const version = /^\+?\d{1,10}$/.test(text) ? Number(text) : 0
  if (version >= 1 && version <= highestVersion) return version
  throw refusal('version-invalid', { version: text })
}

/** A path whose id is no number is no path of ours. */
export function idParameter(context: Context): number {
  const text = context.req.param('id') ?? ''
  if (!/^-?\d{1,10}$/.test(text)) throw refusal('path-unknown', undefined)
  return Number(text)
}

/** The part of a list that is asked for with `offset` and `limit`. */
export function page<Item>(
  context: Context,
  items: readonly Item[],
  most = Number.MAX_SAFE_INTEGER,
): Item[] {
  const offset = Math.max(0, whole(context, 'offset') ?? 0)
  const limit = whole(context, 'limit') ?? -1
  return items.slice(offset, offset + (limit > 0 && limit <= most ? limit : most))
}

/** The JSON of the body; throws 'request-invalid', 'body-unreadable', 'type-unsupported'. */
export async function bodyOf(context: Context): Promise<unknown> {
  if (!isReadable(context.req.header('content-type'))) {
    throw refusal('type-unsupported', undefined)
  }
  const text = await textOf(context)
  if (text.trim() === '') throw refusal('request-invalid', { why: 'The request has no body.' })
  try {
    return JSON.parse(text)
  } catch (cause) {
    const why = `The body of the request is no JSON: ${(cause as Error).message}`
    throw refusal('body-unreadable', { why }, { cause })
  }
}

async function textOf(context: Context): Promise<string> {
  try {
    return await context.req.text()
  } catch (cause) {
    // Which the middleware answers that counts the bytes.
    if ((cause as Error).name === 'BodyLimitError') throw cause
    const why = `The body of the request ends too early: ${(cause as Error).message}`
    throw refusal('body-unreadable', { why }, { cause })
  }
}

function whole(context: Context, name: string): number | undefined {
  const text = context.req.query(name)
  if (text === undefined || text === '') return undefined
  if (/^-?\d{1,10}$/.test(text)) return Number(text)
  throw refusal('path-unknown', undefined)
}
