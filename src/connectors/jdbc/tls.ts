import { readFileSync } from 'node:fs'
import { jdbcError } from './errors.ts'

/** How a connection is encrypted, and whether the other side must prove who it is. */
export interface Tls {
  readonly mode: TlsMode
  /** PEM of who signed the server's certificate; undefined for those that Node trusts. */
  readonly authority: string | undefined
}

export type TlsMode = 'off' | 'preferred' | 'required' | 'verify-authority' | 'verify-host'

/** The words of Confluent Cloud, MySQL's, MariaDB's and PostgreSQL's drivers. */
const modes: Readonly<Record<string, TlsMode>> = {
  disable: 'off',
  disabled: 'off',
  allow: 'preferred',
  prefer: 'preferred',
  preferred: 'preferred',
  trust: 'required',
  require: 'required',
  required: 'required',
  'verify-ca': 'verify-authority',
  verify_ca: 'verify-authority',
  'verify-full': 'verify-host',
  verify_identity: 'verify-host',
}

export const tlsWords: readonly string[] = Object.keys(modes)

export function tlsOf(name: string, word: string, authority: string | undefined): Tls {
  const mode = modes[word.toLowerCase()]
  if (mode === undefined) {
    const cure = 'write disable, prefer, require, verify-ca or verify-full.'
    throw jdbcError('setting-unsupported', { name, value: word, cure })
  }
  return { mode, authority: authority === undefined ? undefined : pemOf(authority) }
}

/** From a path, from the text itself, or from an upload as a `data:` URL. */
function pemOf(authority: string): string {
  const [, data] = /^data:[^,]*;base64,(.*)$/s.exec(authority) ?? []
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8')
  if (authority.includes('-----BEGIN')) return authority
  try {
    return readFileSync(authority, 'utf8')
  } catch (cause) {
    const cure = 'name a file in PEM format that can be read.'
    throw jdbcError(
      'setting-unsupported',
      { name: 'sslrootcert', value: authority, cure },
      { cause },
    )
  }
}

/** What the drivers' TLS options have in common. */
export function tlsOptions({ mode, authority }: Tls) {
  return {
    rejectUnauthorized: mode === 'verify-authority' || mode === 'verify-host',
    ...(authority === undefined ? {} : { ca: authority }),
  }
}
