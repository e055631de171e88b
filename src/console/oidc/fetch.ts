import type { CustomFetch } from 'openid-client'
import type { Clock } from '../../base/clock.ts'
import { LeatError } from '../../base/errors.ts'
import type { TlsClientSettings } from '../../base/tls/settings.ts'
import { ask, HttpTls } from '../../client/index.ts'
import { consoleError } from '../errors.ts'

const timeoutMs = 10_000
const mostAnswerBytes = 1024 * 1024
/** Statuses whose answers have no body. */
const empty = [204, 205, 304]

/** What the library asks with: believed authorities of our own, a deadline, a bound. */
export function fetchBy(
  { issuer, tls }: { readonly issuer: string; readonly tls: TlsClientSettings | undefined },
  clock: Clock,
): CustomFetch {
  const keys = tls && new HttpTls(tls, clock)
  return async (url, { method, headers, body }) => {
    try {
      const answer = await ask(url, {
        ...{ method, headers, clock, timeoutMs, mostAnswerBytes },
        ...(body != null && { body: String(body) }),
        ...(keys !== undefined && { tls: await keys.options() }),
      })
      const told = Object.entries(answer.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as [string, string]],
      )
      const text = empty.includes(answer.status) ? null : answer.text
      return new Response(text, { status: answer.status, headers: told })
    } catch (cause) {
      if (cause instanceof LeatError) throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      throw consoleError('issuer-unreachable', { issuer, why }, { cause })
    }
  }
}
