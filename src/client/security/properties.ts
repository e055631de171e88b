/** Kafka's own keys of a client, with Java's names and librdkafka's, as settings. */
import type { Problem } from '../../base/settings.ts'
import { type TlsClientSettings, tlsClientSetting, tlsVersions } from '../../base/tls/settings.ts'
import { securityError } from './errors.ts'
import { type JaasEntry, parseJaas } from './jaas.ts'
import { type ClientSecurity, saslProblem, saslSetting } from './settings.ts'

export type Properties = Readonly<Record<string, string | undefined>>

const protocols: Readonly<Record<string, { tls: boolean; sasl: boolean }>> = {
  PLAINTEXT: { tls: false, sasl: false },
  SSL: { tls: true, sasl: false },
  SASL_PLAINTEXT: { tls: false, sasl: true },
  SASL_SSL: { tls: true, sasl: true },
}

/** The keys whose values are settings as they are. */
const tlsNames = {
  'ssl.keystore.location': 'keystore',
  'ssl.keystore.password': 'password',
  'ssl.keystore.certificate.chain': 'cert',
  'ssl.certificate.location': 'cert',
  'ssl.certificate.pem': 'cert',
  'ssl.keystore.key': 'key',
  'ssl.key.location': 'key',
  'ssl.key.pem': 'key',
  'ssl.truststore.location': 'truststore',
  'ssl.truststore.password': 'truststorePassword',
  'ssl.truststore.certificates': 'ca',
  'ssl.ca.location': 'ca',
  'ssl.ca.pem': 'ca',
  'ssl.crl.location': 'crl',
  'ssl.cipher.suites': 'ciphers',
  // Kafka has no word for it.
  'leat.ssl.server.name': 'serverName',
} as const

/** Throws 'security-setting' where they are wrong, or go together in no way. */
export function securityOfProperties(properties: Properties): ClientSecurity {
  return securityOver({}, properties)
}

/** What properties make of a security that is there already: another protocol, TLS or login, or the same. */
export function securityOver(base: ClientSecurity, properties: Properties): ClientSecurity {
  const says = (prefix: string) => Object.keys(properties).some((key) => key.startsWith(prefix))
  const protocol = protocolIn(properties) ?? {
    tls: base.tls !== undefined,
    sasl: base.sasl !== undefined,
  }
  const mechanism = { 'sasl.mechanism': base.sasl?.mechanism }
  return {
    ...(protocol.tls && {
      tls: says('ssl.') ? tlsOfProperties(properties) : (base.tls ?? tlsOfProperties({})),
    }),
    ...(protocol.sasl && {
      sasl: base.sasl && !says('sasl.') ? base.sasl : saslOf({ ...mechanism, ...properties }),
    }),
  }
}

function protocolIn(properties: Properties) {
  const name = given(properties, 'security.protocol')?.toUpperCase()
  if (name === undefined) return undefined
  const protocol = protocols[name]
  if (protocol !== undefined) return protocol
  throw wrong(`security.protocol is '${name}'; write ${Object.keys(protocols).join(' or ')}.`)
}

/** The TLS of a client, by the keys that begin with `ssl.`. Throws 'security-setting'. */
export function tlsOfProperties(properties: Properties): TlsClientSettings {
  const settings: Record<string, unknown> = {}
  for (const [key, name] of Object.entries(tlsNames)) {
    settings[name] ??= given(properties, key)
  }
  // A key that stands alone has one password, a keystore another for the key in it.
  const keyPassword = given(properties, 'ssl.key.password')
  settings[settings.key === undefined ? 'keyPassword' : 'password'] ??= keyPassword
  const names = properties['ssl.endpoint.identification.algorithm']
  if (names === '' || names === 'none') settings.verifyName = false
  if (given(properties, 'enable.ssl.certificate.verification') === 'false') settings.verify = false
  const versions = given(properties, 'ssl.enabled.protocols')?.split(/\s*,\s*/)
  if (versions !== undefined) {
    settings.protocols = tlsVersions.filter((one) => versions.includes(one))
  }
  return tlsClientSetting.read(settings, ['ssl'], report)
}

function saslOf(properties: Properties) {
  const mechanism = given(properties, 'sasl.mechanism') ?? given(properties, 'sasl.mechanisms')
  if (mechanism === undefined) {
    throw wrong(
      'sasl.mechanism is missing; write PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.',
    )
  }
  const jaas = jaasOf(properties)
  const raw = mechanism === 'OAUTHBEARER' ? tokenOf(properties, jaas) : passwordOf(properties, jaas)
  const settings = saslSetting.read({ mechanism, ...raw }, ['sasl'], report)
  const problem = saslProblem(settings)
  if (problem !== undefined) throw wrong(problem)
  return settings
}

function passwordOf(properties: Properties, { options }: JaasEntry) {
  return {
    username: given(properties, 'sasl.username') ?? options.username,
    password: given(properties, 'sasl.password') ?? options.password,
    ...(options.tokenauth === 'true' && { extensions: { tokenauth: 'true' } }),
  }
}

function tokenOf(properties: Properties, { options }: JaasEntry) {
  const extensions = Object.entries(options).flatMap(([key, value]) =>
    key.startsWith('extension_') ? [[key.slice('extension_'.length), value]] : [],
  )
  const url = given(properties, 'sasl.oauthbearer.token.endpoint.url')
  if (url === undefined) {
    throw wrong(
      'OAUTHBEARER needs sasl.oauthbearer.token.endpoint.url: the https: address that gives out tokens, or file:///PATH of one.',
    )
  }
  const own = { extensions: Object.fromEntries(extensions) }
  if (url.startsWith('file:')) return { ...own, tokenFile: new URL(url).pathname }
  const client = (name: string) =>
    given(properties, `sasl.oauthbearer.client.credentials.client.${name}`) ??
    given(properties, `sasl.oauthbearer.client.${name}`)
  const ca =
    given(properties, 'ssl.ca.location') ?? given(properties, 'ssl.truststore.certificates')
  const tokenEndpoint = {
    url,
    clientId: client('id') ?? options.clientId,
    clientSecret: client('secret') ?? options.clientSecret,
    scope: given(properties, 'sasl.oauthbearer.scope') ?? options.scope,
    ca,
  }
  return { ...own, tokenEndpoint }
}

function jaasOf(properties: Properties): JaasEntry {
  const text = given(properties, 'sasl.jaas.config')
  if (text === undefined) return { module: '', options: {} }
  const entry = parseJaas(text)
  if (entry !== undefined) return entry
  throw wrong(
    `sasl.jaas.config cannot be read; write: org.apache.kafka.common.security.plain.PlainLoginModule required username="USER" password="PASSWORD";`,
  )
}

function given(properties: Properties, key: string): string | undefined {
  const value = properties[key]?.trim()
  return value === '' ? undefined : value
}

/** What a setting has against its value never tells the value of a secret: those are texts, and any text will do. */
function report({ says }: Problem): void {
  throw wrong(says)
}

function wrong(problem: string) {
  return securityError('security-setting', { problem })
}
