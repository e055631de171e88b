import type { Context } from 'hono'
import { user as userNamed } from '../../access/principal.ts'
import { LeatError } from '../../base/errors.ts'
import { hostOf } from '../asker.ts'
import { consoleError } from '../errors.ts'
import type { Login } from '../login/login.ts'
import { ownPath } from '../login/own-path.ts'
import { longestSeconds } from '../oidc/pending.ts'
import type { ConsoleApp, Services } from '../services.ts'

const backPath = '/api/oidc/back'

/** What the page is told of a login that failed: no more than its visitor needs. */
const words: Readonly<Record<string, string>> = {
  'login-expired': 'expired',
  'issuer-busy': 'bounded',
  'issuer-denied': 'denied',
  'issuer-unreachable': 'unreachable',
  'issuer-untrusted': 'untrusted',
  'issuer-unnamed': 'unnamed',
}

/** To the issuer, and back from there. */
export function addOidc(
  app: ConsoleApp,
  { logger }: Services,
  login: Login,
  url: string | undefined,
) {
  const { oidc, cookies, sessions, entrance } = login
  if (oidc === undefined) return
  const failed = async (context: Context, error: unknown) => {
    const word = error instanceof LeatError ? words[error.code] : undefined
    if (word === undefined) throw error
    const why = (error as LeatError).message
    await entrance.tellFailure({ host: hostOf(context), mechanism: 'oidc', why })
    return context.redirect(`/login?failed=${word}`)
  }

  app.get('/api/oidc/start', async (context) => {
    const back = `${url ?? ownOrigin(context, login)}${backPath}`
    try {
      const { url: there, begun } = await oidc.issuer.begin(back)
      const pending = { ...begun, back, next: ownPath(context.req.query('next')) }
      cookies.set(context, 'login', oidc.pending.seal(pending), longestSeconds)
      return context.redirect(there)
    } catch (error) {
      return await failed(context, error)
    }
  })

  app.get(backPath, async (context) => {
    const sealed = cookies.read(context.req.header('cookie'), 'login')
    cookies.drop(context, 'login')
    try {
      const pending = sealed === undefined ? undefined : oidc.pending.open(sealed)
      if (pending === undefined || pending.state !== context.req.query('state')) {
        throw consoleError('login-expired', undefined)
      }
      const cameBack = new URL(pending.back)
      cameBack.search = new URL(context.req.url).search
      const { user, groups } = await oidc.issuer.end(cameBack, pending)
      const principal = userNamed(user)
      dropOld(context, login)
      cookies.set(context, 'session', sessions.open({ principal, groups }))
      entrance.tellLogin({ principal, host: hostOf(context) }, 'oidc')
      logger.info('Somebody has logged in', { user, by: 'oidc' })
      return context.redirect(pending.next)
    } catch (error) {
      return await failed(context, error)
    }
  })
}

/** A login begins a session of its own: what a browser came with is worth nothing afterwards. */
export function dropOld(context: Context, { cookies, sessions }: Login): void {
  const old = cookies.read(context.req.header('cookie'), 'session')
  if (old !== undefined) sessions.end(old)
}

function ownOrigin(context: Context, { isSecure }: Login): string {
  return `${isSecure ? 'https' : 'http'}://${context.req.header('host') ?? ''}`
}
