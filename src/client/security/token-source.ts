/** Where the token of OAUTHBEARER comes from: the settings, a file, or a server that gives them out. */
import { readFile } from 'node:fs/promises'
import type { Clock } from '../../base/clock.ts'
import { LeatError } from '../../base/errors.ts'
import { isPemText } from '../../base/tls/pem.ts'
import { ask } from '../http/ask.ts'
import { securityError } from './errors.ts'
import type { SaslSettings, TokenEndpoint } from './settings.ts'

export type TokenSource = () => Promise<string>

export function tokenSource(
  {
    token,
    tokenFile,
    tokenEndpoint,
  }: Pick<Partial<SaslSettings>, 'token' | 'tokenFile' | 'tokenEndpoint'>,
  clock: Clock,
): TokenSource {
  if (tokenEndpoint !== undefined) {
    const kept = new KeptToken(tokenEndpoint, clock)
    return () => kept.token()
  }
  if (tokenFile !== undefined) return () => readToken(tokenFile)
  return async () => token ?? ''
}

/** Read each time: whoever renews it replaces the file. */
async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    throw securityError('token-unavailable', { source: path, why: whyOf(cause) }, { cause })
  }
}

const timeoutMs = 10_000
const mostAnswerBytes = 1024 * 1024
/** A token is used for this part of its life, so that none ends on its way. */
const usedShare = 0.8

/** The token of an endpoint (RFC 6749, section 4.4), for as long as it is good. */
class KeptToken {
  readonly #endpoint: TokenEndpoint
  readonly #clock: Clock
  #kept: { readonly token: string; readonly untilMs: number } | undefined
  #asking: Promise<string> | undefined

  constructor(endpoint: TokenEndpoint, clock: Clock) {
    this.#endpoint = endpoint
    this.#clock = clock
  }

  async token(): Promise<string> {
    if (this.#kept !== undefined && this.#clock.now() < this.#kept.untilMs) return this.#kept.token
    // Several connections are opened at a time; one question is enough.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return await this.#asking
  }

  async #ask(): Promise<string> {
    const { url, clientId, clientSecret, scope, ca } = this.#endpoint
    const facts = { source: url }
    try {
      const { status, text } = await ask(url, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        },
        body: `${new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) })}`,
        ...{ clock: this.#clock, timeoutMs, mostAnswerBytes },
        ...(ca !== undefined && { tls: { ca: await caText(ca) } }),
      })
      if (status >= 500)
        throw securityError('token-unavailable', { ...facts, why: `HTTP ${status}` })
      if (status !== 200)
        throw securityError('token-refused', { ...facts, why: refusalIn(text, status) })
      const { token, lifetimeMs } = readAnswer(text)
      if (token === undefined) {
        throw securityError('token-refused', { ...facts, why: 'its answer has no access_token' })
      }
      this.#kept = { token, untilMs: this.#clock.now() + lifetimeMs * usedShare }
      return token
    } catch (cause) {
      if (cause instanceof LeatError) throw cause
      throw securityError('token-unavailable', { ...facts, why: whyOf(cause) }, { cause })
    }
  }
}

async function caText(ca: string): Promise<string> {
  return isPemText(ca) ? ca : await readFile(ca, 'utf8')
}

function readAnswer(text: string): { token: string | undefined; lifetimeMs: number } {
  const { access_token: token, expires_in: seconds } = jsonOf(text)
  const lifetimeMs = Number(seconds) * 1000
  return {
    token: typeof token === 'string' && token !== '' ? token : undefined,
    lifetimeMs: lifetimeMs > 0 ? lifetimeMs : 0,
  }
}

function refusalIn(text: string, status: number): string {
  const { error, error_description: description } = jsonOf(text)
  const said = [error, description].filter((one) => typeof one === 'string').join(', ')
  return said === '' ? `HTTP ${status}` : `HTTP ${status}, ${said}`
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text))
  } catch {
    // No JSON says nothing; the status does.
    return {}
  }
}

function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
