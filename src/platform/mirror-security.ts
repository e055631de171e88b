/**
 * `tls` and `sasl` of a mirror's cluster, as Kafka's own keys: connectors have no others, and their
 * secrets stay the references that leat.yml has, because connectors are kept in a topic.
 */
import { resolve } from 'node:path'
import { isPemText } from '../base/tls/pem.ts'
import { fileSettings, type TlsClientSettings, tlsVersions } from '../base/tls/settings.ts'
import { type ClientSecurity, type SaslSettings, saslProblem } from '../client/security/index.ts'

export function propertiesOf({ tls, sasl }: ClientSecurity): Record<string, string> {
  if (tls === undefined && sasl === undefined) return {}
  const protocol = `${sasl === undefined ? '' : 'SASL_'}${tls === undefined ? 'PLAINTEXT' : 'SSL'}`
  return given({
    'security.protocol': protocol,
    ...(tls !== undefined && tlsProperties(tls)),
    ...(sasl !== undefined && saslProperties(sasl)),
  })
}

/** What is missing, or cannot be said to a mirror, as a sentence. */
export function securityProblem({ sasl }: ClientSecurity): string | undefined {
  if (sasl === undefined) return undefined
  const { token, extensions, tokenEndpoint } = sasl
  if (token !== undefined) return "'token' is not known to mirrors; write 'tokenFile'."
  if (Object.keys(extensions).length > 0) return "'extensions' are not known to mirrors."
  if (tokenEndpoint?.ca !== undefined) {
    return "'tokenEndpoint.ca' is not known to mirrors, which believe 'tls.ca' there as well."
  }
  return saslProblem(sasl)
}

/** Paths in the file are relative to its folder; a reference is read later, and a PEM text is none. */
export function absoluteIn(folder: string, { tls, sasl }: ClientSecurity): ClientSecurity {
  const absolute = (value: string | undefined) =>
    value === undefined || value.startsWith('${') || isPemText(value)
      ? value
      : resolve(folder, value)
  const files = fileSettings.map((name) => [name, absolute(tls?.[name])])
  return {
    ...(tls !== undefined && { tls: { ...tls, ...Object.fromEntries(files) } }),
    ...(sasl !== undefined && { sasl: { ...sasl, tokenFile: absolute(sasl.tokenFile) } }),
  }
}

function tlsProperties(tls: TlsClientSettings) {
  return {
    'ssl.truststore.location': tls.truststore,
    'ssl.truststore.password': tls.truststorePassword,
    'ssl.ca.location': tls.ca,
    'ssl.crl.location': tls.crl,
    'ssl.keystore.location': tls.keystore,
    'ssl.keystore.certificate.chain': tls.cert,
    'ssl.keystore.key': tls.key,
    // Of a keystore, or of a key that stands alone.
    [tls.key === undefined ? 'ssl.keystore.password' : 'ssl.key.password']: tls.password,
    ...(tls.keyPassword !== undefined && { 'ssl.key.password': tls.keyPassword }),
    'ssl.cipher.suites': tls.ciphers,
    'ssl.enabled.protocols':
      tls.protocols.length < tlsVersions.length ? tls.protocols.join() : undefined,
    'ssl.endpoint.identification.algorithm': tls.verifyName ? undefined : 'none',
    'enable.ssl.certificate.verification': tls.verify ? undefined : 'false',
    'leat.ssl.server.name': tls.serverName,
  }
}

function saslProperties({ mechanism, username, password, ...rest }: SaslSettings) {
  const { tokenFile, tokenEndpoint } = rest
  return {
    'sasl.mechanism': mechanism,
    'sasl.username': username,
    'sasl.password': password,
    'sasl.oauthbearer.token.endpoint.url': tokenFile ? `file://${tokenFile}` : tokenEndpoint?.url,
    'sasl.oauthbearer.client.credentials.client.id': tokenEndpoint?.clientId,
    'sasl.oauthbearer.client.credentials.client.secret': tokenEndpoint?.clientSecret,
    'sasl.oauthbearer.scope': tokenEndpoint?.scope,
  }
}

function given(properties: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] as const],
    ),
  )
}
