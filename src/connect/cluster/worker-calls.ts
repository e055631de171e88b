import { insidePrincipal } from '../../access/inside-rights.ts'
import type { Clock } from '../../base/clock.ts'
import type { TlsServerSettings } from '../../base/tls/settings.ts'
import { type Answer, ask, HttpTls } from '../../client/index.ts'
import { type Pass, passHeader, writePass } from './worker-pass.ts'

export interface WorkerCallsOptions {
  /** Of this worker's own door: a group's workers believe each other by the same settings. */
  readonly tls: TlsServerSettings | undefined
  /** Signs with the key of the group; undefined where there is none yet, and nobody is asked for it. */
  readonly sign: (text: string) => string | undefined
  readonly clock: Clock
}

export interface WorkerCall {
  readonly method: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Who asks: whoever made the request that is forwarded, or this worker. */
  readonly as: Pass
  readonly timeoutMs: number
  /** Gives up before. */
  readonly signal?: AbortSignal
}

/** What a worker asks for itself it may. */
export const ofThisWorker: Pass = { principal: insidePrincipal('connect'), host: '' }

const mostAnswerBytes = 64 * 1024 * 1024

/** Questions to other workers of the group. */
export class WorkerCalls {
  readonly #options: WorkerCallsOptions
  readonly #tls: HttpTls | undefined

  constructor(options: WorkerCallsOptions) {
    this.#options = options
    this.#tls = options.tls && new HttpTls(options.tls, options.clock)
  }

  /** How workers of this group are spoken with. */
  get scheme(): 'http' | 'https' {
    return this.#tls === undefined ? 'http' : 'https'
  }

  /** Rejects with what Node says of the connection. */
  async ask(url: URL, call: WorkerCall): Promise<Answer> {
    const { method, body, headers, as, timeoutMs, signal } = call
    const { clock, sign } = this.#options
    const occasion = { method, path: url.pathname + url.search, nowMs: clock.now() }
    const pass = writePass(as, occasion, sign)
    return await ask(url.href, {
      method,
      headers: {
        'content-type': 'application/json',
        ...headers,
        ...(pass !== undefined && { [passHeader]: pass }),
      },
      ...(body !== undefined && { body }),
      ...(this.#tls !== undefined && { tls: await this.#tls.options() }),
      ...(signal !== undefined && { signal }),
      ...{ clock, timeoutMs, mostAnswerBytes },
    })
  }
}
