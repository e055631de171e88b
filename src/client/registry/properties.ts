/** Confluent's own keys of a client of the registry, as settings of ours. */
import { securityOfProperties, tlsOfProperties } from '../security/index.ts'
import type { RegistryClientOptions } from './client.ts'
import { registryError } from './errors.ts'

type Properties = Readonly<Record<string, string | undefined>>

/** Where a registry is, whom it believes, and who asks. */
export type WayToRegistry = Pick<
  RegistryClientOptions,
  'urls' | 'basicAuth' | 'bearerToken' | 'tls'
>

const prefixOfTls = 'schema.registry.ssl.'

/** Throws 'registry-login-invalid', or 'security-setting' for TLS that goes together in no way. */
export function wayToRegistry(properties: Properties): WayToRegistry {
  const urls = (properties['schema.registry.url'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const tls = Object.entries(properties).flatMap(([key, value]) =>
    key.startsWith(prefixOfTls) ? [[key.slice('schema.registry.'.length), value] as const] : [],
  )
  const basicAuth = userIn(properties)
  const bearerToken = properties['bearer.auth.token']
  return {
    urls,
    ...(basicAuth !== undefined && { basicAuth }),
    ...(bearerToken && { bearerToken }),
    ...(tls.length > 0 && { tls: tlsOfProperties(Object.fromEntries(tls)) }),
  }
}

/** Undefined where user and password, if there are any, stand in the address. */
function userIn(properties: Properties) {
  const info =
    properties['basic.auth.user.info'] || properties['schema.registry.basic.auth.user.info']
  const usual = info ? 'USER_INFO' : 'URL'
  const source = properties['basic.auth.credentials.source'] || usual
  switch (source.toUpperCase()) {
    case 'URL':
      return undefined
    case 'SASL_INHERIT':
      return userOfKafka(properties)
    case 'USER_INFO': {
      if (!info) throw wrong("USER_INFO needs 'basic.auth.user.info'; write USER:PASSWORD there.")
      const [user = '', ...password] = info.split(':')
      return { user, password: password.join(':') }
    }
    default:
      throw wrong(`'${source}' is not known; write URL, USER_INFO or SASL_INHERIT.`)
  }
}

/** The login of Kafka's own keys, which are among the same properties. */
function userOfKafka(properties: Properties) {
  const { username: user, password } = securityOfProperties(properties).sasl ?? {}
  if (user !== undefined && password !== undefined) return { user, password }
  throw wrong('SASL_INHERIT needs the user and password of a login at Kafka (sasl.jaas.config).')
}

function wrong(problem: string) {
  return registryError('registry-login-invalid', { problem })
}
