import { createHmac } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { isError } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'
import { RecentlyUsed } from '../../base/recently-used.ts'
import { Turns } from '../../base/turns.ts'
import { KafkaClient } from '../kafka/client.ts'
import { type ClientSecurity, passwordLogin } from '../security/index.ts'

export interface PasswordCheckOptions {
  readonly brokers: readonly string[]
  /** How the broker's listener is spoken with, but for the login. */
  readonly tls?: ClientSecurity['tls']
  /** What that listener offers. */
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly clock: Clock
  readonly random: Random
}

/** A password that was right is believed again for so long: a changed one stays good a moment. */
const believedMs = 10_000
const mostBelieved = 10_000
const mostAtOnce = 4
const mostWaiting = 1000
const loginTimeoutMs = 10_000

/** Whether passwords are right: the broker is asked, by a login. */
export class PasswordCheck {
  readonly #options: PasswordCheckOptions
  readonly #secret: Buffer
  /** When somebody with this user and password was last let in. */
  readonly #believed = new RecentlyUsed<string, number>(mostBelieved)
  readonly #turns = new Turns(mostAtOnce, mostWaiting)

  constructor(options: PasswordCheckOptions) {
    this.#options = options
    this.#secret = options.random.bytes(32)
  }

  /** Throws where the broker cannot be asked, or too many wait to ask it. */
  async isRight(user: string, password: string): Promise<boolean> {
    const { clock } = this.#options
    const digest = createHmac('sha256', this.#secret)
      .update(JSON.stringify([user, password]))
      .digest('base64')
    const believedAt = this.#believed.get(digest)
    if (believedAt !== undefined && clock.now() - believedAt < believedMs) return true
    const isRight = await this.#turns.take(() => this.#ask(user, password))
    if (isRight) this.#believed.set(digest, clock.now())
    return isRight
  }

  async #ask(user: string, password: string): Promise<boolean> {
    const { brokers, tls, mechanism, clock, random } = this.#options
    const sasl = passwordLogin(mechanism, user, password)
    await using client = new KafkaClient({
      ...{ brokers, clientId: 'leat-login', clock, random, requestTimeoutMs: loginTimeoutMs },
      security: { ...(tls !== undefined && { tls }), sasl },
    })
    try {
      await client.clusterId()
      return true
    } catch (error) {
      if (isError(error, 'login-refused')) return false
      throw error
    }
  }
}
