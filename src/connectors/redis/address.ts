import { readFile } from 'node:fs/promises'
import { redisError } from './errors.ts'

/** Where a Redis is, and how to speak to it. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly userName: string | undefined
  readonly password: string | undefined
  readonly database: number
  readonly tls: TlsFiles | undefined
  readonly connectTimeoutMs: number
  readonly operationTimeoutMs: number
  readonly attempts: number
  readonly retryDelayMs: number
}

/** Files of PEM; without authorities those of the system count. */
export interface TlsFiles {
  readonly authorities: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
  readonly passphrase: string | undefined
  /** Takes any certificate. */
  readonly insecure: boolean
}

const defaultPort = 6379

/** `HOST`, `HOST:PORT` or `[ADDRESS]:PORT`; undefined where it is none of them. */
export function parseHost(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^\s:]+))(?::(\d{1,5}))?$/.exec(text)
  if (match === null) return undefined
  const port = Number(match[3] ?? defaultPort)
  return port > 65535 ? undefined : { host: match[1] ?? match[2] ?? '', port }
}

type FromUri = Pick<Address, 'host' | 'port' | 'userName' | 'password' | 'database'> & {
  readonly isSecure: boolean
}

/** Throws 'uri-invalid'; what stands in the URI is not repeated, for it may have a password. */
export function parseUri(text: string): FromUri {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw redisError('uri-invalid', { why: 'it is no URI.' })
  const isSecure = url.protocol === 'rediss:'
  if (!isSecure && url.protocol !== 'redis:') {
    throw redisError('uri-invalid', { why: `its scheme is ${url.protocol}` })
  }
  const database = url.pathname.replace(/^\//, '')
  if (!/^\d*$/.test(database)) throw redisError('uri-invalid', { why: 'its path is no number.' })
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port === '' ? defaultPort : url.port),
    userName: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    database: Number(database),
    isSecure,
  }
}

/** What Node's TLS takes. */
export async function tlsOptions({ host, tls }: Address) {
  if (tls === undefined) return undefined
  const { authorities, certificate, key, passphrase, insecure } = tls
  const [ca, cert, privateKey] = await Promise.all([authorities, certificate, key].map(contentOf))
  return {
    tls: true as const,
    servername: host,
    rejectUnauthorized: !insecure,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(privateKey && { key: privateKey }),
    ...(passphrase && { passphrase }),
  }
}

async function contentOf(path: string | undefined): Promise<Buffer | undefined> {
  return path === undefined || path === '' ? undefined : await readFile(path)
}
