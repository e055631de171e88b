import { createHmac } from 'node:crypto'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { type Random, uuidBytes } from '../../base/random.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { Login } from '../../protocols/sasl/exchange.ts'
import { type ClusterState, clusterEntry } from '../cluster-state.ts'
import { brokerError } from '../errors.ts'
import type { BrokerSettings } from '../settings.ts'
import type { Entry, StateTopic } from '../state-topic.ts'
import {
  type Bounds,
  type Change,
  expiry,
  type NewToken,
  newToken,
  renewal,
  type Verdict,
} from './changes.ts'
import { type DelegationToken, isExpired } from './token.ts'

interface Parts {
  readonly state: ClusterState
  readonly stateTopic: StateTopic
  readonly settings: BrokerSettings
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** What a client shows to log in by a token, and who it is then. */
export interface TokenAccount {
  readonly password: string
  readonly login: Login
}

/** Some hundred renewers; all tokens are in memory. */
const mostTokenBytes = 16 * 1024

const disabled: Verdict = { errorCode: errorCode.DELEGATION_TOKEN_AUTH_DISABLED, expiresAtMs: 0 }

/** The tokens that there are. What is changed is on disk when it resolves. */
export class DelegationTokens {
  readonly #parts: Parts
  readonly #secretKey: string
  /** The ids by their HMACs in base64, by which clients name tokens that they change. */
  readonly #idByHmac = new Map<string, string>()
  /** Changes happen one after the other: what was decided still holds when it is written. */
  #lastChange: Promise<unknown> = Promise.resolve()
  #sweep: Timer | undefined

  private constructor(parts: Parts) {
    this.#parts = parts
    this.#secretKey = parts.settings.text('delegation.token.secret.key')
  }

  /** Removes expired ones from time to time, until it is closed. */
  static open(parts: Parts): DelegationTokens {
    const tokens = new DelegationTokens(parts)
    if (!tokens.isEnabled) return tokens
    for (const id of parts.state.delegationTokens.keys()) tokens.#know(id)
    tokens.#sweepLater()
    return tokens
  }

  close(): void {
    this.#sweep?.cancel()
  }

  get isEnabled(): boolean {
    return this.#secretKey !== ''
  }

  all(): Iterable<DelegationToken> {
    return this.#parts.state.delegationTokens.values()
  }

  hmacOf(id: string): Buffer {
    return createHmac('sha512', this.#secretKey).update(id).digest()
  }

  /** Undefined where there is no such token, or none that is still good. */
  account(id: string): TokenAccount | undefined {
    const token = this.#parts.state.delegationTokens.get(id)
    if (!this.isEnabled || token === undefined) return undefined
    if (isExpired(token, this.#parts.clock.now())) return undefined
    return {
      password: this.hmacOf(id).toString('base64'),
      login: { user: token.owner.name, expiresAtMs: token.expiresAtMs, isByDelegationToken: true },
    }
  }

  /** Throws 'too-many-delegation-tokens' or 'delegation-token-too-large'. */
  async create(wanted: NewToken): Promise<DelegationToken> {
    return await this.#change(async () => {
      const { random, settings, stateTopic, state } = this.#parts
      const most = settings.number('leat.max.delegation.tokens')
      if (state.delegationTokens.size >= most) await this.#removeExpired()
      if (state.delegationTokens.size >= most) {
        throw brokerError('too-many-delegation-tokens', { limit: most })
      }
      const token = newToken(newId(random), wanted, this.#bounds())
      const entry = clusterEntry('delegation-token', token.id, token)
      const bytes = entry.value?.length ?? 0
      if (bytes > mostTokenBytes) {
        throw brokerError('delegation-token-too-large', { bytes, limit: mostTokenBytes })
      }
      await stateTopic.put([entry])
      this.#know(token.id)
      return token
    })
  }

  renew(hmac: Buffer, change: Change): Promise<Verdict> {
    return this.#apply(renewal, hmac, change)
  }

  expire(hmac: Buffer, change: Change): Promise<Verdict> {
    return this.#apply(expiry, hmac, change)
  }

  async #apply(decide: typeof renewal, hmac: Buffer, change: Change): Promise<Verdict> {
    if (!this.isEnabled) return disabled
    return await this.#change(async () => {
      const { state, stateTopic } = this.#parts
      const id = this.#idByHmac.get(hmac.toString('base64')) ?? ''
      const verdict = decide(state.delegationTokens.get(id), change, this.#bounds())
      const { becomes } = verdict
      if (becomes === null) await this.#remove([id])
      else if (becomes !== undefined) {
        await stateTopic.put([clusterEntry('delegation-token', id, becomes)])
      }
      return verdict
    })
  }

  #bounds(): Bounds {
    const { settings, clock } = this.#parts
    return {
      mostLifetimeMs: settings.number('delegation.token.max.lifetime.ms'),
      renewalMs: settings.number('delegation.token.expiry.time.ms'),
      nowMs: clock.now(),
    }
  }

  #know(id: string): void {
    this.#idByHmac.set(this.hmacOf(id).toString('base64'), id)
  }

  #sweepLater(): void {
    const { settings, clock, logger } = this.#parts
    const everyMs = settings.number('delegation.token.expiry.check.interval.ms')
    this.#sweep = clock.after(everyMs, () => {
      this.#change(() => this.#removeExpired()).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error)
        logger.warn('Expired delegation tokens could not be removed; leat tries again', { why })
      })
      this.#sweepLater()
    })
  }

  async #removeExpired(): Promise<void> {
    const now = this.#parts.clock.now()
    const expired = [...this.all()].filter((token) => isExpired(token, now))
    await this.#remove(expired.map(({ id }) => id))
  }

  async #remove(ids: readonly string[]): Promise<void> {
    const gone = (id: string): Entry => clusterEntry('delegation-token', id, null)
    await this.#parts.stateTopic.put(ids.map(gone))
    for (const id of ids) this.#idByHmac.delete(this.hmacOf(id).toString('base64'))
  }

  #change<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.#lastChange.then(change)
    this.#lastChange = result.catch(() => {}) // Whoever asked for the change hears of it.
    return result
  }
}

/** As Kafka makes its ids; one that began with a hyphen would look like an option of a command. */
function newId(random: Random): string {
  for (;;) {
    const id = uuidBytes(random).toString('base64url')
    if (!id.startsWith('-')) return id
  }
}
