/** What answers: the same for every request first, then the routes, then the page. */
import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { anonymous, formatPrincipal, isSamePrincipal } from '../access/principal.ts'
import { askerOf, foreignNameIn } from '../client/doors/index.ts'
import { answerError } from './answers.ts'
import { bodiesOfAtMost } from './body-limit.ts'
import { tellChanged } from './changed.ts'
import { consoleError } from './errors.ts'
import { securityHeaders } from './headers.ts'
import type { Login } from './login/login.ts'
import { addPage } from './page.ts'
import { type Role, type Roles, roleOf } from './roles.ts'
import { routes } from './routes/index.ts'
import { addOidc } from './routes/oidc.ts'
import { addLogin, addSession } from './routes/session.ts'
import type { ConsoleApp, Services } from './services.ts'
import { stranger } from './stranger.ts'

/** How a console is set up, beside what its routes work with. */
export interface AppSettings {
  readonly roles: Roles | undefined
  /** What browsers write to get here, where that is no address of leat's own. */
  readonly url: string | undefined
  /** Names by which browsers may come where nobody is asked who they are; undefined, by any. */
  readonly allowedHosts: readonly string[] | undefined
  /** Where the page's files are. */
  readonly folder: string
  /** Absent, there is nothing to log in by. */
  readonly login: Login | undefined
}

const mostBodyBytes = 1024 * 1024
const harmless = ['GET', 'HEAD', 'OPTIONS']

export function listenerOf(services: Services, settings: AppSettings): RequestListener {
  const app: ConsoleApp = new Hono()
  app.onError((error, context) => answerError(context, error, services.logger))
  app.notFound(unknownPath)
  app.use(async (context, next) => {
    await next()
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value)
  })
  addApi(app, services, settings)
  addPage(app, settings.folder)
  const listener = getRequestListener(app.fetch)
  return (request, response) => void listener(request, response)
}

function addApi(
  app: ConsoleApp,
  services: Services,
  { roles, url, allowedHosts, login }: AppSettings,
): void {
  const demandRole = (context: Context): Role => {
    const { principal, groups } = askerOf(context)
    const role = roleOf(roles, principal, groups)
    if (role === undefined) throw consoleError('role-missing', { user: formatPrincipal(principal) })
    return role
  }
  app.use('/api/*', async (context, next) => {
    await next()
    // What is true of a topic now is not in a minute, and is for nobody else. Said afterwards, it is
    // in answers that are handed on or go on as well.
    context.header('cache-control', 'no-store')
  })
  app.use('/api/*', bodiesOfAtMost(mostBodyBytes))
  if (login !== undefined) {
    addLogin(app, services, login)
    addOidc(app, services, login, url)
  }
  app.use('/api/*', async (context, next) => {
    // Asked where routes are found: a path may be written in more ways than a door before it knows.
    if (askerOf(context) === stranger) throw consoleError('login-needed', undefined)
    demandOwnName(context, allowedHosts)
    await next()
  })
  addSession(app, services, login, demandRole)
  app.use('/api/*', async (context, next) => {
    const role = demandRole(context)
    context.set('role', role)
    if (harmless.includes(context.req.method)) return await next()
    if (role !== 'operator') throw consoleError('operator-needed', undefined)
    await next()
    tellChanged(context)
  })
  for (const add of routes) add(app, services)
  app.all('/api/*', unknownPath)
}

function unknownPath({ req: { method, path } }: Context): never {
  throw consoleError('path-unknown', { method, path })
}

/** Who has said who they are cannot be spoken for by a page of elsewhere; others by a name that we have not. */
function demandOwnName(context: Context, allowedHosts: AppSettings['allowedHosts']): void {
  if (!isSamePrincipal(askerOf(context).principal, anonymous)) return
  const name = allowedHosts && foreignNameIn(context.env.incoming.headers, allowedHosts)
  if (name !== undefined) throw consoleError('name-foreign', { name: name.replace(/:\d+$/, '') })
}
