/**
 * SASL as Kafka speaks it: who somebody is, said in tokens.
 *
 * Both sides of each mechanism as small state machines over bytes: a token in, a step out
 * (`exchange.ts`). Kafka's clients always speak first. This room knows no users, sockets or clocks:
 * a server is given what it looks passwords and tokens up with, and whoever drives an exchange ends
 * one that takes too long.
 *
 * Passwords are taken as the UTF-8 they are, without SASLprep, as Apache Kafka and its clients do:
 * a prepared password would not open what they have salted (docs/decisions/logins.md).
 */
import type { Random } from '../../base/random.ts'
import type { ClientExchange } from './exchange.ts'
import { OAuthBearerClient } from './oauthbearer.ts'
import { plainClient } from './plain.ts'
import { ScramClient } from './scram/client.ts'
import { type ScramName, scramMechanism, scramMechanisms } from './scram/mechanisms.ts'

export const saslMechanisms = [
  'PLAIN',
  ...scramMechanisms.map(({ name }) => name),
  'OAUTHBEARER',
] as const

export type SaslMechanism = (typeof saslMechanisms)[number]

export type ClientCredentials = (PasswordCredentials | TokenCredentials) & {
  /** Said beside it: `tokenauth` of SCRAM, `logicalCluster` and others of OAUTHBEARER. */
  readonly extensions?: Readonly<Record<string, string>>
}

interface PasswordCredentials {
  readonly mechanism: 'PLAIN' | ScramName
  readonly user: string
  readonly password: string
}

interface TokenCredentials {
  readonly mechanism: 'OAUTHBEARER'
  readonly token: string
}

/** The client's side of one login. */
export function clientExchange(credentials: ClientCredentials, random: Random): ClientExchange {
  if (credentials.mechanism === 'OAUTHBEARER') {
    return new OAuthBearerClient(credentials.token, credentials.extensions)
  }
  const { mechanism, user, password, extensions = {} } = credentials
  const scram = scramMechanism(mechanism)
  return scram === undefined
    ? plainClient(user, password)
    : new ScramClient({ mechanism: scram, user, password, extensions, random })
}
