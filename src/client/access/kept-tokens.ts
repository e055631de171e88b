import { createHmac } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { RecentlyUsed } from '../../base/recently-used.ts'
import { Turns } from '../../base/turns.ts'
import type { LoginRelay } from './login-relay.ts'

export interface KeptTokensOptions {
  readonly relay: Pick<LoginRelay, 'tokenLogin'>
  readonly clock: Clock
  readonly random: Random
}

/** A token that was good is believed again for so long, and never after its end. */
const believedMs = 10_000
const mostKept = 10_000
const mostAtOnce = 4
const mostWaiting = 1000

interface Kept {
  readonly user: string
  readonly untilMs: number
}

/** Whose tokens are, where one comes with every request: the broker is asked now and then. */
export class KeptTokens {
  readonly #options: KeptTokensOptions
  readonly #secret: Buffer
  readonly #kept = new RecentlyUsed<string, Kept>(mostKept)
  readonly #turns = new Turns(mostAtOnce, mostWaiting)

  constructor(options: KeptTokensOptions) {
    this.#options = options
    this.#secret = options.random.bytes(32)
  }

  /** Undefined where the token is not good. Throws where the broker cannot be asked. */
  async userOf(token: string): Promise<string | undefined> {
    const { relay, clock } = this.#options
    const digest = createHmac('sha256', this.#secret).update(token).digest('base64')
    const kept = this.#kept.get(digest)
    if (kept !== undefined && clock.now() < kept.untilMs) return kept.user
    const login = await this.#turns.take(() => relay.tokenLogin(token))
    if ('refused' in login) return undefined
    const { user, expiresAtMs = Number.POSITIVE_INFINITY } = login
    this.#kept.set(digest, { user, untilMs: Math.min(clock.now() + believedMs, expiresAtMs) })
    return user
  }
}
