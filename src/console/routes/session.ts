import type { Context } from 'hono'
import {
  anonymous,
  formatPrincipal,
  isSamePrincipal,
  type Principal,
} from '../../access/principal.ts'
import { packageVersion } from '../../base/package-version.ts'
import { askerOf } from '../../client/doors/index.ts'
import { objectBody } from '../answers.ts'
import { hostOf } from '../asker.ts'
import { bodiesOfAtMost } from '../body-limit.ts'
import { consoleError } from '../errors.ts'
import type { Login } from '../login/login.ts'
import { ownHeader } from '../login/session-entrance.ts'
import type { Role } from '../roles.ts'
import type { ConsoleApp, Parts, Services } from '../services.ts'
import { dropOld } from './oidc.ts'

const longestText = 1024
/** Read for whoever comes: twice two texts of that length, as JSON may write them. */
const mostLoginBytes = 16 * 1024

/** Logging in by password, and out: for whoever has not said yet who they are. */
export function addLogin(app: ConsoleApp, { logger }: Services, login: Login): void {
  const { cookies, sessions, entrance, ways } = login
  app.on(['POST', 'DELETE'], '/api/session', async (context, next) => {
    if (context.req.header(ownHeader) !== '1') throw consoleError('header-missing', undefined)
    await next()
  })

  app.post('/api/session', bodiesOfAtMost(mostLoginBytes), async (context) => {
    const { user, password } = await objectBody(context)
    if (!isText(user) || !isText(password)) {
      throw consoleError('body-invalid', { why: 'write { "user": "…", "password": "…" }.' })
    }
    if (!ways.includes('password')) throw consoleError('no-passwords', undefined)
    const found = await entrance.login({ user, password, host: hostOf(context) })
    if ('status' in found) {
      if (found.status === 401) throw consoleError('login-failed', undefined)
      const { retryAfterMs } = found
      if (retryAfterMs === undefined) throw consoleError('login-unknown', undefined)
      context.header('retry-after', `${Math.ceil(retryAfterMs / 1000)}`)
      throw consoleError('login-bounded', { why: found.why })
    }
    dropOld(context, login)
    const { principal } = found
    cookies.set(context, 'session', sessions.open({ principal, groups: [] }, password))
    logger.info('Somebody has logged in', { user, by: 'password' })
    return context.body(null, 204)
  })

  app.delete('/api/session', (context) => {
    const id = cookies.read(context.req.header('cookie'), 'session')
    const session = id === undefined ? undefined : sessions.end(id)
    cookies.drop(context, 'session')
    if (session !== undefined) {
      const { principal } = session.who
      entrance.tellLogout({ principal, host: hostOf(context) }, 'as they wished')
    }
    return context.body(null, 204)
  })
}

/** Who asks, and what there is for them. */
export function addSession(
  app: ConsoleApp,
  { parts }: Services,
  login: Login | undefined,
  roleOf: (context: Context) => Role,
): void {
  app.get('/api/session', (context) => {
    const { principal } = askerOf(context)
    return context.json(sessionTold(principal, { role: roleOf(context), login, parts }))
  })
}

export function sessionTold(
  principal: Principal,
  { role, login, parts }: { role: Role; login: Login | undefined; parts: Parts },
) {
  const version = packageVersion()
  return { user: nameOf(principal), role, ...waysOf(login), parts, version }
}

/** How people can log in. */
export function waysOf(login: Login | undefined) {
  return {
    ways: login?.ways ?? [],
    ...(login?.oidcLabel !== undefined && { oidcLabel: login.oidcLabel }),
  }
}

/** NUL ends a name where it is asked for. */
function isText(value: unknown): value is string {
  if (typeof value !== 'string' || value === '') return false
  return value.length <= longestText && !value.includes('\0')
}

/** Null for who has said nothing. */
function nameOf(principal: Principal): string | null {
  if (isSamePrincipal(principal, anonymous)) return null
  return principal.type === 'User' ? principal.name : formatPrincipal(principal)
}
