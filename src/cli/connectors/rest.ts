import { systemClock } from '../../base/clock.ts'
import { LeatError } from '../../base/errors.ts'
import { type Answer, ask, HttpTls } from '../../client/index.ts'
import { wayToRegistry } from '../../client/registry/index.ts'
import { tlsOfProperties } from '../../client/security/index.ts'
import type { ValuesOf } from '../command.ts'
import { cliError } from '../errors.ts'
import { authorizationOf } from '../http-login.ts'
import { kafkaOptions, propertiesOf } from '../kafka.ts'
import type { Terminal } from '../terminal.ts'

export const connectOption = {
  connect: {
    type: 'string',
    value: 'URL',
    about:
      "Connect's REST (default http://127.0.0.1:8083, or LEAT_CONNECT); a user and password may stand in the URL.",
    example: '--connect http://127.0.0.1:18083',
  },
  'command-config': kafkaOptions['command-config'],
} as const

const usualUrl = 'http://127.0.0.1:8083'
const longestAnswerMs = 90_000
const mostAnswerBytes = 64 * 1024 * 1024

/** Asks a worker of connectors, of leat or of Kafka; what it refuses is thrown in its words. */
export class ConnectRest {
  readonly #url: URL
  readonly #authorization: Readonly<Record<string, string>>
  readonly #tls: HttpTls | undefined

  constructor(options: ValuesOf<typeof connectOption>, terminal: Terminal) {
    const properties = propertiesOf(options, terminal)
    const text = options.connect ?? terminal.environment.LEAT_CONNECT ?? usualUrl
    const url = URL.parse(text)
    if (url === null || !/^https?:$/.test(url.protocol)) {
      const problem = `'--connect' is no address of a Connect; write one such as ${usualUrl}.`
      throw cliError('usage', { problem })
    }
    // The registry's keys for logins are the only ones that there are for HTTP.
    this.#authorization = authorizationOf(wayToRegistry(properties), url)
    const hasTls = Object.keys(properties).some((name) => name.startsWith('ssl.'))
    this.#tls = hasTls ? new HttpTls(tlsOfProperties(properties), systemClock) : undefined
    url.username = ''
    url.password = ''
    this.#url = url
  }

  async ask<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const { status, text } = await this.#ask(method, path, body)
    if (status < 200 || status > 299) {
      throw cliError('failed', { problem: refusalIn(text, status) })
    }
    return (text === '' ? undefined : JSON.parse(text)) as Body
  }

  async #ask(method: string, path: string, body: unknown): Promise<Answer> {
    try {
      return await ask(new URL(path, this.#url).href, {
        method,
        headers: { 'content-type': 'application/json', ...this.#authorization },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(this.#tls !== undefined && { tls: await this.#tls.options() }),
        ...{ clock: systemClock, timeoutMs: longestAnswerMs, mostAnswerBytes },
      })
    } catch (cause) {
      if (cause instanceof LeatError) throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      const problem = `No Connect answers at ${this.#url.origin} (${why}); is it running, and is the address right? (--connect URL)`
      throw cliError('failed', { problem }, { cause })
    }
  }
}

/** The path of a connector, or of what is below it. */
export function pathOf(name: string, below = ''): string {
  return `/connectors/${encodeURIComponent(name)}${below}`
}

function refusalIn(text: string, status: number): string {
  const cure =
    status === 401
      ? ' Say who you are: basic.auth.user.info or bearer.auth.token in --command-config FILE.'
      : ''
  try {
    const { message } = JSON.parse(text) as { message?: string }
    return `${message ?? text}${cure}`
  } catch {
    return `Connect answers with status ${status}: ${text}${cure}`
  }
}
