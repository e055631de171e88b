import { jdbcError } from './errors.ts'
import { type Tls, tlsOf } from './tls.ts'

/** Which database server speaks there; MariaDB is a MySQL. */
export type System = 'mysql' | 'postgresql'

/** Where a database is and who asks, from a JDBC URL or from the fields of a form. */
export interface Address {
  readonly system: System
  readonly host: string
  readonly port: number
  /** Empty where none is chosen. */
  readonly database: string
  readonly user: string | undefined
  readonly password: string | undefined
  readonly tls: Tls
  /** PostgreSQL's `currentSchema`. */
  readonly searchPath: string | undefined
  readonly connectTimeoutMs: number
  /** Parameters of the URL that mean nothing here, to be told once. */
  readonly unheeded: readonly string[]
}

export const defaultPorts: Readonly<Record<System, number>> = { mysql: 3306, postgresql: 5432 }

export const connectTimeoutMs = 10_000

const systems: Readonly<Record<string, System>> = {
  mysql: 'mysql',
  mariadb: 'mysql',
  postgresql: 'postgresql',
}

/** Parameters that are heeded, in small letters; those with the same meaning share a name of ours. */
const heeded: Readonly<Record<string, string>> = {
  user: 'user',
  password: 'password',
  sslmode: 'tls',
  usessl: 'useTls',
  requiressl: 'requireTls',
  ssl: 'useTls',
  verifyservercertificate: 'verify',
  sslrootcert: 'authority',
  serversslcert: 'authority',
  currentschema: 'searchPath',
  connecttimeout: 'connectTimeout',
}

/**
 * Reads `jdbc:mysql://`, `jdbc:mariadb://` and `jdbc:postgresql://` URLs with the drivers' own
 * parameters. A user and a password in the URL stand behind those of the configuration.
 */
export function parseJdbcUrl(
  text: string,
  user: string | undefined,
  password: string | undefined,
): Address {
  const { system, url } = split(text.trim())
  const { known, unheeded } = parametersOf(url)
  const [, database = '', ...rest] = url.pathname.split('/')
  if (rest.length > 0) throw invalid(`the database '${url.pathname.slice(1)}' has a slash.`)
  return {
    system,
    host: hostOf(url),
    port: url.port === '' ? defaultPorts[system] : Number(url.port),
    database: decodeURIComponent(database),
    user: user ?? known.get('user') ?? (decodeURIComponent(url.username) || undefined),
    password: password ?? known.get('password') ?? (decodeURIComponent(url.password) || undefined),
    tls: tlsOfParameters(known),
    searchPath: known.get('searchPath'),
    connectTimeoutMs: timeoutOf(system, known.get('connectTimeout')),
    unheeded,
  }
}

function split(text: string): { system: System; url: URL } {
  const match = /^jdbc:([a-z0-9]+):(.*)$/is.exec(text)
  const system = systems[match?.[1]?.toLowerCase() ?? '']
  if (match === null) throw invalid("it does not begin with 'jdbc:'.")
  if (system === undefined) throw invalid(`there is no driver for '${match[1]}'.`)
  const [, , rest = ''] = match
  if (/^(?:loadbalance|replication):|^\/\/[^/?]*,/.test(rest)) {
    throw invalid('it names several hosts; name the one that is the primary.')
  }
  // jdbc:postgresql:DATABASE is the server of this machine.
  const place = rest.startsWith('//') ? rest : `//localhost/${rest}`
  try {
    return { system, url: new URL(`jdbc:${place}`) }
  } catch {
    throw invalid('its host, port or escapes are not those of a URL.')
  }
}

function hostOf(url: URL): string {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return host === '' ? 'localhost' : decodeURIComponent(host)
}

function parametersOf(url: URL) {
  const known = new Map<string, string>()
  const unheeded: string[] = []
  for (const [name, value] of url.searchParams) {
    const meaning = heeded[name.toLowerCase()]
    if (meaning === undefined) unheeded.push(name)
    else known.set(meaning, value)
  }
  return { known, unheeded }
}

function tlsOfParameters(known: ReadonlyMap<string, string>): Tls {
  const authority = known.get('authority')
  const mode = known.get('tls')
  if (mode !== undefined) return tlsOf('sslMode', mode, authority)
  const verified = known.get('verify') === 'true'
  if (known.get('useTls') === 'false') return tlsOf('sslMode', 'disable', authority)
  if (known.get('requireTls') === 'true' || known.get('useTls') === 'true') {
    return tlsOf('sslMode', verified ? 'verify-ca' : 'require', authority)
  }
  return tlsOf('sslMode', 'prefer', authority)
}

/** MySQL's drivers count in milliseconds, PostgreSQL's in seconds; 0 is "no limit" to them. */
function timeoutOf(system: System, text: string | undefined): number {
  const count = Number(text ?? 0)
  if (!Number.isFinite(count) || count <= 0) return connectTimeoutMs
  return system === 'mysql' ? count : count * 1000
}

function invalid(why: string) {
  return jdbcError('url-invalid', { why })
}
