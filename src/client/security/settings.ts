/** What leat.yml says of a client: whom it believes, and who it is. Kafka's own keys become the same. */
import { resolve } from 'node:path'
import { choice, map, optional, part, scalar, text, type ValueOf } from '../../base/settings.ts'
import { isPemText } from '../../base/tls/pem.ts'
import type { TlsClientSettings } from '../../base/tls/settings.ts'
import { saslMechanisms } from '../../protocols/sasl/index.ts'

export interface ClientSecurity {
  /** Absent: nothing is encrypted. */
  readonly tls?: TlsClientSettings | undefined
  /** Absent: nobody logs in. */
  readonly sasl?: SaslSettings | undefined
}

const tokenEndpoint = part(
  'Where a token is asked for, with the credentials of a client (OAuth).',
  {
    url: text({ about: 'The address.', example: 'https://login.example/oauth2/token' }),
    clientId: text({ about: "The client's id.", example: 'plant' }),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
    clientSecret: text({ about: "The client's secret.", example: '"${env:CLIENT_SECRET}"' }),
    scope: optional(text({ about: 'What the token is to be good for.', example: 'kafka' })),
    ca: optional(
      text({ about: 'The authorities to believe there, as PEM.', example: './certs/ca.crt' }),
    ),
  },
)

/** `sasl` of a connection to a Kafka. */
export const saslSetting = part('How leat logs in.', {
  mechanism: choice(
    { about: `How: ${saslMechanisms.join(', ')}.`, example: 'SCRAM-SHA-512' },
    saslMechanisms,
  ),
  username: optional(text({ about: 'The user.', example: 'leat' })),
  password: optional(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
    text({ about: "The user's password.", example: '"${env:KAFKA_PASSWORD}"' }),
  ),
  token: optional(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
    text({ about: 'For OAUTHBEARER: the token.', example: '"${env:KAFKA_TOKEN}"' }),
  ),
  tokenFile: optional(
    text({ about: 'Or the file that has it, read at each login.', example: './token.jwt' }),
  ),
  tokenEndpoint: optional(tokenEndpoint),
  extensions: map(
    { about: 'Said beside the token or password.', example: '{ logicalCluster: lkc-1 }' },
    scalar({ about: 'A value.', example: 'lkc-1' }, 'a text', (raw) => raw),
  ),
})

export type SaslSettings = ValueOf<typeof saslSetting>
export type TokenEndpoint = ValueOf<typeof tokenEndpoint>

export function passwordLogin(
  mechanism: SaslSettings['mechanism'],
  username: string,
  password: string,
): SaslSettings {
  return {
    ...{ mechanism, username, password, extensions: {} },
    ...{ token: undefined, tokenFile: undefined, tokenEndpoint: undefined },
  }
}

/** The settings with paths that no longer depend on the working folder. */
export function withSaslPathsFrom(folder: string, settings: SaslSettings): SaslSettings {
  const { tokenFile, tokenEndpoint } = settings
  const ca = tokenEndpoint?.ca
  return {
    ...settings,
    tokenFile: tokenFile && resolve(folder, tokenFile),
    tokenEndpoint: tokenEndpoint && {
      ...tokenEndpoint,
      ca: ca && !isPemText(ca) ? resolve(folder, ca) : ca,
    },
  }
}

/** What is missing for the mechanism, or stands beside what excludes it, as a sentence. */
export function saslProblem({ mechanism, ...given }: SaslSettings): string | undefined {
  const tokens = ['token', 'tokenFile', 'tokenEndpoint'] as const
  const sources = tokens.filter((name) => given[name] !== undefined)
  if (mechanism === 'OAUTHBEARER') {
    if (sources.length === 1) return undefined
    return `OAUTHBEARER takes one of ${tokens.join(', ')}; ${sources.length} are given.`
  }
  if (sources.length > 0)
    return `'${sources[0]}' is for OAUTHBEARER; ${mechanism} takes a password.`
  const missing = (['username', 'password'] as const).find((name) => given[name] === undefined)
  return missing && `${mechanism} needs '${missing}' (sasl.${missing} in Kafka's own keys).`
}
