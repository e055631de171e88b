import type { TlsParameters } from './parameters.ts'
import { fileContent, flagAt, isMapping, type Settings, textAt, wrong } from './values.ts'

const files = ['ca_certs', 'certfile', 'keyfile'] as const
const known = new Set([
  ...files.flatMap((name) => [name, `${name}_data`]),
  ...['ciphers', 'check_hostname'],
])

/**
 * What `tls` says, its files read.
 * @throws InvalidArgumentError
 */
export function tlsOf(
  parameters: Settings,
  workingFolder = process.cwd(),
): TlsParameters | undefined {
  const { tls } = parameters
  if (tls === undefined || tls === null || tls === false) return undefined
  if (tls !== true && !isMapping(tls)) throw wrong('tls', tls, 'true or a mapping')
  const given: Settings = tls === true ? {} : tls
  const certificate = pemAt(given, 'certfile', workingFolder)
  return {
    ca: pemAt(given, 'ca_certs', workingFolder),
    certificate,
    // As in Python, the key may stand in the certificate's file.
    key:
      pemAt(given, 'keyfile', workingFolder) ??
      (certificate?.includes('PRIVATE KEY-----') ? certificate : undefined),
    ciphers: textAt(given, 'ciphers', 'tls.ciphers'),
    checkHostname: flagAt(given, 'check_hostname', true, 'tls.check_hostname'),
  }
}

/** What stands in `tls` and means nothing. */
export function unknownTlsKeys({ tls }: Settings): string[] {
  return isMapping(tls) ? Object.keys(tls).filter((name) => !known.has(name)) : []
}

/** The text itself under `NAME_data`, else that of the file under `NAME`. */
function pemAt(
  tls: Settings,
  name: (typeof files)[number],
  workingFolder: string,
): string | undefined {
  const text = textAt(tls, `${name}_data`, `tls.${name}_data`)
  if (text !== undefined) return text
  const path = textAt(tls, name, `tls.${name}`)
  return path === undefined ? undefined : fileContent(`tls.${name}`, path, workingFolder).toString()
}
