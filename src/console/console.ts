import type { IncomingMessage, RequestListener } from 'node:http'
import type { CertificateOf } from '../base/http-doors.ts'
import { type Admits, type Entrance, guarded } from '../client/doors/index.ts'
import { errorBody } from './answers.ts'
import { type AppSettings, listenerOf } from './app.ts'
import { consoleError } from './errors.ts'
import { builtPage } from './page.ts'
import type { Services } from './services.ts'
import { stranger } from './stranger.ts'
import { Streams } from './streams.ts'

export interface ConsoleOptions
  extends Omit<Services, 'client' | 'streams'>,
    Omit<AppSettings, 'folder'> {
  /** Absent, there is no Kafka. */
  readonly client: Services['client'] | undefined
  /** Who comes in by what each request shows; absent, everybody does, and may do everything. */
  readonly entrance: Entrance | undefined
  /** Of the page's files; those of the build without it. */
  readonly folder?: string
}

export interface Console {
  /** What answers at a listener. */
  listenerFor(certificateOf: CertificateOf): RequestListener
}

export function openConsole(options: ConsoleOptions): Console {
  const { entrance, client = noClient, folder = builtPage } = options
  const streams = new Streams(options.clock)
  const app = listenerOf({ ...options, client, streams }, { ...options, folder })
  return {
    listenerFor: (certificateOf) =>
      guarded(app, {
        ...{ certificateOf, form: refusalForm },
        entrance: entrance && withOpenPage(entrance),
      }),
  }
}

async function noClient(): Promise<never> {
  throw consoleError('no-kafka', undefined)
}

/** The page itself is no secret; what it shows is asked for under /api/. */
function withOpenPage(entrance: Admits): Admits {
  return {
    async admit(request: IncomingMessage, certificateOf: CertificateOf) {
      const isOfApi = (request.url ?? '').startsWith('/api/')
      return isOfApi ? await entrance.admit(request, certificateOf) : stranger
    },
  }
}

const codes: Readonly<Record<number, string>> = { 401: 'login-needed', 503: 'login-unknown' }

function refusalForm({ status, why }: { readonly status: number; readonly why: string }) {
  const message = status === 401 ? 'Log in: nobody is let in here without a login.' : why
  const body = JSON.stringify({ ...errorBody(codes[status] ?? 'refused', message), ways: [] })
  return { type: 'application/json', body }
}
