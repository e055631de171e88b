import type { IncomingMessage, RequestListener } from 'node:http'
import type { CertificateOf } from '../base/http-doors.ts'
import { type Admits, type Entrance, guarded } from '../client/doors/index.ts'
import { errorBody } from './answers.ts'
import { type AppSettings, listenerOf } from './app.ts'
import { consoleError } from './errors.ts'
import { type Login, type LoginSettings, loginOf } from './login/login.ts'
import { builtPage } from './page.ts'
import { waysOf } from './routes/session.ts'
import type { Services } from './services.ts'
import { stranger } from './stranger.ts'
import { Streams } from './streams.ts'

export interface ConsoleOptions
  extends Omit<Services, 'client' | 'streams'>,
    Pick<AppSettings, 'roles' | 'url' | 'allowedHosts'> {
  /** Absent, there is no Kafka. */
  readonly client: Services['client'] | undefined
  /** Who comes in by what each request shows; absent, everybody does, and may do everything. */
  readonly entrance: Entrance | undefined
  /** How people log in, where they do. */
  readonly login: LoginSettings | undefined
  /** Of the page's files; those of the build without it. */
  readonly folder?: string
}

export interface Console {
  /** What answers at a listener. */
  listenerFor(certificateOf: CertificateOf): RequestListener
}

export function openConsole(options: ConsoleOptions): Console {
  const { entrance, client = noClient, folder = builtPage } = options
  const streams = new Streams(options.clock, options.logger)
  const login = options.login && entrance && loginOf(options.login, { ...options, entrance })
  const app = listenerOf({ ...options, client, streams }, { ...options, folder, login })
  const admits = login?.bySession ?? entrance
  return {
    listenerFor: (certificateOf) =>
      guarded(login?.bySession.following(app) ?? app, {
        ...{ certificateOf, form: refusalForm(login) },
        entrance: admits && withOpenPaths(admits, login),
      }),
  }
}

async function noClient(): Promise<never> {
  throw consoleError('no-kafka', undefined)
}

/** The page itself is no secret; what it shows is asked for under /api/, and there are ways to log in. */
function withOpenPaths(entrance: Admits, login: Login | undefined): Admits {
  return {
    async admit(request: IncomingMessage, certificateOf: CertificateOf) {
      const { method = '', url = '' } = request
      const path = url.split('?', 1)[0] ?? ''
      const isLogin = path.startsWith('/api/oidc/') || (path === '/api/session' && method !== 'GET')
      const isOpen = !path.startsWith('/api/') || (login !== undefined && isLogin)
      return isOpen ? stranger : await entrance.admit(request, certificateOf)
    },
  }
}

const codes: Readonly<Record<number, string>> = {
  401: 'login-needed',
  429: 'login-bounded',
  503: 'login-unknown',
}

function refusalForm(login: Login | undefined) {
  return ({ status, why }: { readonly status: number; readonly why: string }) => {
    const message = status === 401 ? 'Nobody is let in here without a login.' : why
    const error = errorBody(codes[status] ?? 'refused', message)
    const body = JSON.stringify({ ...error, ...(status === 401 && waysOf(login)) })
    return { type: 'application/json', body }
  }
}
