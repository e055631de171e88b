import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { ServerExchange } from '../../protocols/sasl/exchange.ts'
import type { SaslMechanism } from '../../protocols/sasl/index.ts'
import { OAuthBearerServer } from '../../protocols/sasl/oauthbearer.ts'
import { plainServer } from '../../protocols/sasl/plain.ts'
import {
  fewestIterations,
  scramMechanism,
  scramMechanisms,
} from '../../protocols/sasl/scram/mechanisms.ts'
import { ScramServer } from '../../protocols/sasl/scram/server.ts'
import type { ClusterState } from '../cluster-state.ts'
import type { DelegationTokens } from '../delegation/index.ts'
import type { Entry, StateTopic } from '../state-topic.ts'
import { Accounts } from './accounts.ts'
import { type TokenOptions, Tokens } from './tokens.ts'
import { userChanges } from './user-changes.ts'

export interface LoginOptions {
  /** Passwords by user, as the configuration has them. */
  readonly users?: Readonly<Record<string, string>>
  /** Whose tokens are good; absent, nobody's are. */
  readonly tokens?: TokenOptions | undefined
}

interface Parts {
  /** Where the users are that clients have made. */
  readonly state: ClusterState
  readonly stateTopic: StateTopic
  readonly delegationTokens: Pick<DelegationTokens, 'account'>
  readonly mostUsers: number
  readonly secret: Buffer
  readonly clock: Clock
  readonly random: Random
}

/** Who may log in, and how. */
export class Logins {
  readonly #parts: Parts
  readonly #declared: ReadonlySet<string>
  readonly #accounts: Accounts
  readonly #tokens: Tokens | undefined

  constructor({ users = {}, tokens }: LoginOptions, parts: Parts) {
    const { state, delegationTokens, secret, clock, random } = parts
    this.#parts = parts
    this.#accounts = new Accounts({
      declared: new Map(Object.entries(users)),
      stored: (user, mechanism) => state.scramUsers.find(user, mechanism),
      token: (id) => delegationTokens.account(id),
      secret,
      random,
    })
    this.#declared = new Set(Object.keys(users))
    this.#tokens = tokens && new Tokens(tokens, clock)
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
    if (scram !== undefined)
      return new ScramServer(scram, this.#accounts.find(scram), this.#parts.random)
    return new OAuthBearerServer(this.#tokens?.check ?? noTokens)
  }

  /** Those of the configuration and those that clients have made, by name. */
  users(): Iterable<{ readonly name: string }> {
    const names = new Set([...this.#declared, ...this.#parts.state.scramUsers.names()])
    return [...names].map((name) => ({ name }))
  }

  /** The mechanisms of SCRAM for which a user has a password; none where there is no such user. */
  mechanismsOf(user: string): { readonly type: number; readonly iterations: number }[] {
    return scramMechanisms.flatMap(({ name, type }) => {
      const iterations = this.#declared.has(user)
        ? fewestIterations
        : this.#parts.state.scramUsers.find(user, name)?.iterations
      return iterations === undefined ? [] : [{ type, iterations }]
    })
  }

  /** What a request would change, and what of it cannot be. */
  changes(request: Parameters<typeof userChanges>[0]): ReturnType<typeof userChanges> {
    const { state, mostUsers } = this.#parts
    return userChanges(request, { users: state.scramUsers, declared: this.#declared, mostUsers })
  }

  /** On disk when it resolves. */
  async write(changes: readonly Entry[]): Promise<void> {
    await this.#parts.stateTopic.put(changes)
  }
}

const noTokens = async () => ({
  refused: "no issuer of tokens is configured: see 'access.tokens'",
  status: 'invalid_token' as const,
})
