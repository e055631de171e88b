import type { Clock } from '../../base/clock.ts'
import { isRetriable, LeatError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { TlsClientSettings } from '../../base/tls/settings.ts'
import { type Answer, ask, type Question } from '../http/ask.ts'
import { HttpTls } from '../http/tls.ts'
import { refusal, registryError } from './errors.ts'

export interface TransportOptions {
  readonly urls: readonly string[]
  readonly basicAuth?: { readonly user: string; readonly password: string }
  readonly bearerToken?: string
  readonly headers?: Readonly<Record<string, string>>
  /** For addresses with https; absent, authorities that Node believes, and no certificate of ours. */
  readonly tls?: TlsClientSettings
  readonly logger: Logger
  readonly clock: Clock
  readonly timeoutMs: number
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Steps of the path, as they are; they are escaped here. */
  readonly path: readonly (string | number)[]
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: object
}

const contentType = 'application/vnd.schemaregistry.v1+json'
const mostAnswerBytes = 64 * 1024 * 1024

/** Asks the first registry that answers, beginning with the one that did so last. */
export class Transport {
  readonly #options: TransportOptions
  readonly #registries: readonly Registry[]
  readonly #tls: HttpTls | undefined
  #preferred = 0

  constructor(options: TransportOptions) {
    this.#options = options
    this.#tls = options.tls && new HttpTls(options.tls, options.clock)
    this.#registries = options.urls.map((url) => registryAt(url, options))
    if (this.#registries.length === 0) throw registryError('registry-url-invalid', { url: '' })
  }

  /** The body of the answer; throws what the registry says, or 'registry-unreachable'. */
  async ask(asked: Asked): Promise<unknown> {
    return await this.#first(async (registry) => await this.#askOne(registry, asked))
  }

  /** A request of somebody else, as it is but with our login; resolves with whatever is answered. */
  async handOn({ target, ...sent }: HandedOn): Promise<Answer> {
    return await this.#first((registry) =>
      this.#question(registry, target, {
        ...sent,
        headers: { ...sent.headers, ...registry.login },
      }),
    )
  }

  async #first<Value>(ask: (registry: Registry) => Promise<Value>): Promise<Value> {
    let failure: LeatError | undefined
    for (let attempt = 0; attempt < this.#registries.length; attempt++) {
      const index = (this.#preferred + attempt) % this.#registries.length
      try {
        const answer = await ask(this.#registries[index] as Registry)
        this.#preferred = index
        return answer
      } catch (error) {
        if (!isRetriable(error)) throw error
        this.#options.logger.debug('A schema registry did not answer', { why: error.message })
        failure = error
      }
    }
    throw failure
  }

  async #askOne(registry: Registry, asked: Asked): Promise<unknown> {
    const { name, login } = registry
    const answer = await this.#question(registry, pathOf(asked), {
      method: asked.method ?? 'GET',
      headers: { ...headers, ...login },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    })
    const { status, text } = answer
    if (status < 200 || status > 299) {
      throw refusal(status, { registry: name, ...saidIn(answer) })
    }
    return parsed(text, name)
  }

  async #question({ base, name }: Registry, target: string, sent: Sent): Promise<Answer> {
    const { clock, timeoutMs } = this.#options
    try {
      const tls = this.#tls && { tls: await this.#tls.options() }
      return await ask(`${base}${target}`, { ...sent, ...tls, clock, timeoutMs, mostAnswerBytes })
    } catch (error) {
      if (error instanceof LeatError) throw error
      const why = whyOf(error)
      throw registryError('registry-unreachable', { registries: name, why }, { cause: error })
    }
  }
}

type Sent = Pick<Question, 'method' | 'headers' | 'body' | 'signal'>

/** A path with its query, as it is. */
export type HandedOn = Sent & { readonly target: string }

interface Registry {
  readonly base: string
  /** The address without secrets. */
  readonly name: string
  /** The headers by which we come in. */
  readonly login: Readonly<Record<string, string>>
}

function registryAt(text: string, options: TransportOptions): Registry {
  const { basicAuth, bearerToken, headers: more } = options
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw registryError('registry-url-invalid', { url: text.replace(/\/\/[^@/]*@/, '//') })
  }
  const inUrl = {
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
  const basic = basicAuth ?? (inUrl.user === '' ? undefined : inUrl)
  url.username = ''
  url.password = ''
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  return { base, name: base, login: { ...authorization(basic, bearerToken), ...more } }
}

const headers = { accept: `${contentType}, application/json`, 'content-type': contentType }

function authorization(
  basic: { readonly user: string; readonly password: string } | undefined,
  bearerToken: string | undefined,
): Record<string, string> {
  if (bearerToken !== undefined) return { authorization: `Bearer ${bearerToken}` }
  if (basic === undefined) return {}
  const pair = Buffer.from(`${basic.user}:${basic.password}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}

function pathOf({ path, query = {} }: Asked): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value))
  }
  const steps = path.map((step) => `/${encodeURIComponent(step)}`).join('')
  return search.size === 0 ? steps : `${steps}?${search}`
}

function parsed(text: string, registry: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch (error) {
    const why = `its answer is not JSON: ${text.slice(0, 60)}`
    throw registryError('registry-answer-unreadable', { registry, why }, { cause: error })
  }
}

/** The sentence and code of an answer that refuses; a proxy in between may say it in its own way. */
function saidIn({ text, status, statusText }: Answer) {
  try {
    const { message, error_code: errorCode } = JSON.parse(text) as Record<string, unknown>
    if (typeof message === 'string' && typeof errorCode === 'number') return { message, errorCode }
  } catch {
    // It is no JSON: what the status says is all there is.
  }
  return { message: statusText || `HTTP ${status}`, errorCode: status }
}

function whyOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
