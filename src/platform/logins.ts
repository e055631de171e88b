/** Who may log in, as leat.yml says it. */
import { resolve } from 'node:path'
import {
  choice,
  integer,
  list,
  map,
  optional,
  part,
  type Report,
  scalar,
  text,
} from '../base/settings.ts'
import type { LoginOptions } from '../broker/index.ts'
import { saslMechanisms } from '../protocols/sasl/index.ts'
import type { AccessConfig } from './access.ts'
import { isLoopback } from './addresses.ts'
import { type HttpDoors, reportClosedHttpDoors } from './http-doors.ts'

/** How the clients of a Kafka listener log in. */
export const auth = list(
  {
    about: 'The ways in which clients log in; without it, nobody has to.',
    example: '[ SCRAM-SHA-256, SCRAM-SHA-512 ]',
  },
  choice({ about: 'A mechanism of SASL.', example: 'SCRAM-SHA-512' }, saslMechanisms),
)

export const users = map(
  {
    about: 'Users and their passwords, for PLAIN and SCRAM; others are made by leat users.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
    example: '{ alice: { password: "${env:ALICE_PASSWORD}" } }',
  },
  part('A user.', {
    password: text({
      about: 'The password: a reference, since this file is no place for secrets.',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
      example: '"${file:./secrets/alice}"',
    }),
  }),
  (name) => (name === '' ? 'A user needs a name; write alice: { password: … }.' : undefined),
)

const keySet = scalar(
  {
    about: 'The set of keys (JWKS) that tokens are signed with: an address, or a file.',
    example: 'https://login.example/jwks.json',
  },
  'a file, an address with https, or one of this machine with http',
  (raw) => {
    if (!/^https?:/.test(raw)) return raw === '' ? undefined : raw
    const url = URL.parse(raw)
    return url?.protocol === 'https:' || isLoopback(url?.hostname ?? '') ? raw : undefined
  },
)

export const tokens = part('Whose tokens are good, for OAUTHBEARER.', {
  jwks: keySet,
  issuer: optional(
    text({ about: 'Who must have made a token.', example: 'https://login.example' }),
  ),
  audience: list(
    {
      about: 'A token must be meant for one of them; none: for anybody.',
      example: '[ kafka ]',
      fallback: [],
    },
    text({ about: 'An audience.', example: 'kafka' }),
  ),
  subject: text({ about: 'The claim that names the user.', example: 'sub', fallback: 'sub' }),
  scope: text({
    about: 'The claim that lists what a token is good for.',
    example: 'scope',
    fallback: 'scope',
  }),
  requiredScopes: list(
    { about: 'What a token must be good for.', example: '[ kafka ]', fallback: [] },
    text({ about: 'A scope.', example: 'kafka' }),
  ),
  clockSkewMs: integer(
    {
      about: 'By how much the clock of who makes tokens may differ.',
      example: '30000',
      fallback: 30_000,
    },
    0,
    600_000,
  ),
})

/** What the embedded broker is told; files are relative to the folder of leat.yml. */
export function loginOptions(given: AccessConfig | undefined): LoginOptions {
  if (given === undefined) return {}
  const passwords = Object.entries(given.users).map(([user, { password }]) => [user, password])
  const { tokens: rules } = given
  return { users: Object.fromEntries(passwords), ...(rules !== undefined && { tokens: rules }) }
}

export function withKeysFrom(folder: string, given: AccessConfig): AccessConfig {
  const { tokens: rules } = given
  if (rules === undefined || /^https?:/.test(rules.jwks)) return given
  return { ...given, tokens: { ...rules, jwks: resolve(folder, rules.jwks) } }
}

const keysOfKafka = 'sasl.oauthbearer.jwks.endpoint.url'

/** A door that nobody can pass is a mistake. */
export function reportClosedDoors(config: LoginConfig, report: Report): void {
  const { kafka, mqtt, access } = config
  const hasKeys = access?.tokens !== undefined || kafka.config?.[keysOfKafka] !== undefined
  // A cluster has keys of its own.
  const mayHaveKeys = hasKeys || kafka.brokers !== undefined
  reportClosedHttpDoors(config, { hasUsers: kafka.enabled !== false, hasKeys: mayHaveKeys }, report)
  for (const [index, listener] of (kafka.listeners ?? []).entries()) {
    const at = ['kafka', 'listeners', index, 'auth']
    if (listener.auth?.length === 0) {
      report({ at, says: "'auth' is empty, so that nobody can log in; write [ SCRAM-SHA-512 ]." })
    }
    if (listener.auth?.includes('OAUTHBEARER') && !hasKeys) {
      const cure = "write 'access: { tokens: { jwks: … } }'."
      report({ at, says: `OAUTHBEARER needs keys to check tokens with; ${cure}` })
    }
  }
  // Before an existing cluster it is that cluster which checks tokens.
  if (hasKeys || kafka.brokers !== undefined) return
  for (const [index, { auth }] of (mqtt?.listeners ?? []).entries()) {
    if (!auth?.includes('token')) continue
    const says = "'token' needs keys to check tokens with; write 'access: { tokens: { jwks: … } }'."
    report({ at: ['mqtt', 'listeners', index, 'auth'], says })
  }
}

interface Listeners {
  readonly listeners?: readonly { readonly auth?: readonly string[] | undefined }[]
}

interface LoginConfig extends HttpDoors {
  readonly access: AccessConfig | undefined
  readonly mqtt: Listeners | undefined
  readonly kafka: Listeners & {
    readonly enabled?: boolean
    readonly brokers?: readonly unknown[] | undefined
    readonly config?: Readonly<Record<string, string>>
  }
}

/** What takes the place of a variable that is not set would stand there for all to read. */
const reference = /^\$\{(file:[^}]+|env:((?!:-)[^}])+)\}$/

/** Passwords must be references; the file is looked at as it was written. */
export function reportLiteralPasswords(raw: unknown, report: Report): void {
  for (const { at, value, name } of passwordsIn(raw)) {
    if (value === undefined || reference.test(String(value))) continue
    const variable = name.toUpperCase().replace(/[^A-Z0-9]/g, '_')
    report({
      at,
      says: `'${at.at(-1)}' stands here for all to read; write "\${env:${variable}_PASSWORD}" or "\${file:./secrets/${name}}".`,
    })
  }
}

/** Among Confluent's keys. */
const secretsOfRegistries = [
  'basic.auth.user.info',
  'bearer.auth.token',
  'schema.registry.ssl.truststore.password',
  'schema.registry.ssl.keystore.password',
  'schema.registry.ssl.key.password',
]

function mirrorsIn(raw: unknown) {
  const { mirrors } = Object(raw) as { mirrors?: unknown }
  const all = Array.isArray(mirrors) ? mirrors : []
  return all.map((one, index) => ({ index, alias: String(Object(one).alias ?? 'mirror') }))
}

function passwordsIn(raw: unknown): { at: (string | number)[]; value: unknown; name: string }[] {
  const inside = (value: unknown, ...path: (string | number)[]): unknown =>
    path.reduce((part, name) => Object(part)[name], value)
  const users = Object.keys(Object(inside(raw, 'access', 'users')))
  const places = [
    ...users.map((name) => ({ at: ['access', 'users', name, 'password'], name })),
    ...['password', 'token'].map((one) => ({ at: ['kafka', 'sasl', one], name: 'kafka' })),
    { at: ['kafka', 'sasl', 'tokenEndpoint', 'clientSecret'], name: 'kafka' },
    ...mirrorsIn(raw).flatMap(({ index, alias }) =>
      ['from', 'to'].flatMap((end) => [
        { at: ['mirrors', index, end, 'sasl', 'password'], name: alias },
        { at: ['mirrors', index, end, 'sasl', 'tokenEndpoint', 'clientSecret'], name: alias },
      ]),
    ),
    { at: ['console', 'oidc', 'clientSecret'], name: 'oidc' },
    { at: ['kafka', 'config', 'delegation.token.secret.key'], name: 'delegation-token' },
    ...secretsOfRegistries.map((key) => ({ at: ['registry', 'config', key], name: 'registry' })),
  ]
  return places.map(({ at, name }) => ({ at, name, value: inside(raw, ...at) }))
}
