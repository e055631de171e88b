import { readFileSync } from 'node:fs'
import type { TlsParameters } from './parameters.ts'
import { flagAt, isMapping, type Settings, textAt, wrong } from './values.ts'

/** What `tls` says, its files read. */
export function tlsOf(parameters: Settings): TlsParameters | undefined {
  const { tls } = parameters
  if (tls === undefined || tls === null || tls === false) return undefined
  if (tls !== true && !isMapping(tls)) throw wrong('tls', tls, 'true or a mapping')
  const given: Settings = tls === true ? {} : tls
  return {
    ca: pemAt(given, 'ca_certs'),
    certificate: pemAt(given, 'certfile'),
    key: pemAt(given, 'keyfile'),
    ciphers: textAt(given, 'ciphers', 'tls.ciphers'),
    checkHostname: flagAt(given, 'check_hostname', true),
  }
}

/** The text itself under `NAME_data`, else that of the file under `NAME`. */
function pemAt(tls: Settings, name: string): string | undefined {
  const data = tls[`${name}_data`]
  if (data instanceof Uint8Array) return Buffer.from(data).toString('latin1')
  const text = textAt(tls, `${name}_data`, `tls.${name}_data`)
  if (text !== undefined) return text
  const path = textAt(tls, name, `tls.${name}`)
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'latin1')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw wrong(`tls.${name}`, path, `the path of a file that can be read (${why})`)
  }
}
