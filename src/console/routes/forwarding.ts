/**
 * What is asked of the registry and of Connect, handed on to their own doors as the visitor who asks,
 * so that rights, answers and the audit log are the same as there.
 */
import type { Context } from 'hono'
import { askerOf } from '../../client/doors/index.ts'
import { type Answer, ask } from '../../client/index.ts'
import { RegistryClient } from '../../client/registry/index.ts'
import { consoleError } from '../errors.ts'
import type { ConsoleApp, ConsoleEnv, Services, Way } from '../services.ts'
import { goneSignal } from '../streams.ts'

/** Workers that share out their tasks anew answer late. */
const timeoutMs = 90_000
const mostAnswerBytes = 64 * 1024 * 1024
const bodiless = ['GET', 'HEAD']
/** Of the request, and of the answer. */
const passedOn = ['content-type', 'accept']
const passedBack = ['content-type', 'allow', 'retry-after'] as const

export function addForwarding(app: ConsoleApp, services: Services): void {
  const { registry, connect } = services
  for (const [part, way] of Object.entries({ registry, connect })) {
    const handOn = handingOn(way, services)
    const forward = async (context: Context<ConsoleEnv>) => {
      if (way === undefined || handOn === undefined) throw consoleError('part-absent', { part })
      // leat comes in there by a login of its own, which is not every viewer's.
      const isOurLogin = way.kind === 'elsewhere'
      if (isOurLogin && context.get('role') !== 'operator') {
        throw consoleError('operator-needed', undefined)
      }
      const request = await requestOf(context, part)
      const { status, headers, text } = await handOn(context, request).catch((cause: unknown) => {
        const why = cause instanceof Error ? cause.message : String(cause)
        throw consoleError('part-away', { part, why }, { cause })
      })
      // It is leat that is not let in: whoever asks has logged in here.
      if (status === 401) throw consoleError('part-closed', { part })
      const told = new Headers()
      for (const name of passedBack) {
        const value = headers[name]
        if (value !== undefined) told.set(name, value)
      }
      const isEmpty = text === '' || request.method === 'HEAD'
      return new Response(isEmpty ? null : text, { status, headers: told })
    }
    app.all(`/api/${part}`, forward)
    app.all(`/api/${part}/*`, forward)
  }
}

interface Request {
  /** The path below the part, and the query. */
  readonly target: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

type HandOn = (context: Context<ConsoleEnv>, request: Request) => Promise<Answer>

function handingOn(way: Way | undefined, { clock }: Services): HandOn | undefined {
  if (way === undefined) return undefined
  if (way.kind === 'elsewhere') {
    const client = new RegistryClient({ ...way.registry, timeoutMs })
    return async (_, request) => await client.handOn(request)
  }
  return async (context, { target, ...request }) => {
    const headers = { ...request.headers, ...way.headersFor(askerOf(context)) }
    const limits = { clock, timeoutMs, mostAnswerBytes }
    return await ask(`${way.url}${target}`, { ...request, headers, ...limits })
  }
}

/** Throws 'path-unknown' where the path leads out of the part. */
async function requestOf(context: Context<ConsoleEnv>, part: string): Promise<Request> {
  const { method, path } = context.req
  const { pathname, search } = new URL(context.req.url)
  const prefix = `/api/${part}`
  const below = pathname.slice(prefix.length) || '/'
  if (!pathname.startsWith(prefix) || !below.startsWith('/')) {
    throw consoleError('path-unknown', { method, path })
  }
  const given = passedOn.flatMap((name) => {
    const value = context.req.header(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...{ method, target: `${below}${search}`, headers: Object.fromEntries(given) },
    ...(!bodiless.includes(method) && { body: await context.req.text() }),
    signal: goneSignal(context),
  }
}
