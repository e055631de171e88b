import type { Fault } from '../dialect.ts'

/** PostgreSQL's SQLSTATEs as data: whole codes first, then classes. */
const kinds: readonly (readonly [state: string, kind: Fault['kind']])[] = [
  ['42703', 'stale'],
  ['42P01', 'stale'],
  ['3F000', 'fatal'],
  ['42P07', 'exists'],
  ['42701', 'exists'],
  ['42804', 'refused'],
  ['42846', 'refused'],
  ['42883', 'refused'],
  ['25006', 'gone'],
  ['25P03', 'gone'],
  ['55P03', 'gone'],
  ['55006', 'gone'],
  ['57014', 'gone'],
  ['57P', 'gone'],
  ['58', 'gone'],
  ['08', 'gone'],
  ['40', 'gone'],
  ['53', 'gone'],
  ['0A000', 'gone'],
  ['21', 'refused'],
  ['22', 'refused'],
  ['23', 'refused'],
  ['44', 'refused'],
  ['P0', 'refused'],
  ['54', 'refused'],
]

interface DriverError extends Error {
  readonly code?: string
  readonly severity?: string
  readonly detail?: string
}

export function faultOfPostgresql(error: unknown): Fault {
  const { code, severity, detail, message } = error as DriverError
  // Words of the server have a severity; everything else went wrong on the way to it.
  if (severity === undefined) {
    return {
      kind: isFinal(error as DriverError) ? 'fatal' : 'gone',
      code: code ?? 'no connection',
      words: message,
    }
  }
  const kind = kinds.find(([state]) => code?.startsWith(state) === true)?.[1] ?? 'fatal'
  const words = detail === undefined ? message : `${message} (${detail})`
  return { kind, code: code ?? '', words }
}

/** What no waiting cures: a certificate, a server without TLS, a missing password. */
function isFinal({ code, message }: DriverError): boolean {
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code ?? '')) return true
  return /does not support SSL|SASL|password must be a string/.test(message)
}
