import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { ServerExchange } from '../../protocols/sasl/exchange.ts'
import type { SaslMechanism } from '../../protocols/sasl/index.ts'
import { OAuthBearerServer } from '../../protocols/sasl/oauthbearer.ts'
import { plainServer } from '../../protocols/sasl/plain.ts'
import { scramMechanism } from '../../protocols/sasl/scram/mechanisms.ts'
import { ScramServer } from '../../protocols/sasl/scram/server.ts'
import { Accounts } from './accounts.ts'
import type { ScramUsers } from './scram-users.ts'
import { type TokenOptions, Tokens } from './tokens.ts'

export interface LoginOptions {
  /** Passwords by user, as the configuration has them. */
  readonly users?: Readonly<Record<string, string>>
  /** Whose tokens are good; absent, nobody's are. */
  readonly tokens?: TokenOptions | undefined
}

interface Parts {
  readonly stored: ScramUsers
  readonly secret: Buffer
  readonly clock: Clock
  readonly random: Random
}

/** Who may log in, and how. */
export class Logins {
  /** The users of the configuration, which clients cannot change. */
  readonly declared: ReadonlySet<string>
  readonly #accounts: Accounts
  readonly #tokens: Tokens | undefined
  readonly #random: Random

  constructor({ users = {}, tokens }: LoginOptions, { stored, secret, clock, random }: Parts) {
    this.#accounts = new Accounts({
      declared: new Map(Object.entries(users)),
      stored: (user, mechanism) => stored.find(user, mechanism),
      secret,
      random,
    })
    this.declared = new Set(Object.keys(users))
    this.#tokens = tokens && new Tokens(tokens, clock)
    this.#random = random
  }

  /** Makes ready what logins need; they may come before. */
  prepare(): Promise<void> {
    return this.#accounts.prepare()
  }

  /** The broker's side of a new login. */
  exchange(mechanism: SaslMechanism): ServerExchange {
    if (mechanism === 'PLAIN') {
      return plainServer((user, password) => this.#accounts.check(user, password))
    }
    const scram = scramMechanism(mechanism)
    if (scram !== undefined) return new ScramServer(scram, this.#accounts.find(scram), this.#random)
    return new OAuthBearerServer(this.#tokens?.check ?? noTokens)
  }
}

const noTokens = async () => ({
  refused: "no issuer of tokens is configured: see 'access.tokens'",
  status: 'invalid_token' as const,
})
