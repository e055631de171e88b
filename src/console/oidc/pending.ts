import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { keyBytes, seal, unseal } from '../login/sealed.ts'
import type { Begun } from './issuer.ts'

/** A login at the issuer that is under way in one browser. */
export interface Pending extends Begun {
  /** Where on our page to go afterwards. */
  readonly next: string
  /** The address at which we wait for the browser. */
  readonly back: string
}

export const longestSeconds = 600

/**
 * What we must know again when a browser comes back from the issuer is kept by that browser, sealed:
 * strangers who begin logins cost no memory, and what another browser brings does not open.
 */
export class PendingLogins {
  readonly #clock: Clock
  readonly #random: Random
  readonly #key: Buffer

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
    this.#key = random.bytes(keyBytes)
  }

  seal(pending: Pending): string {
    const text = JSON.stringify({ pending, beganMs: this.#clock.now() })
    return seal(text, this.#key, this.#random)
  }

  /** Undefined where it was not sealed here, or too long ago. */
  open(sealed: string): Pending | undefined {
    const text = unseal(sealed, this.#key)
    if (text === undefined) return undefined
    const { pending, beganMs } = JSON.parse(text) as { pending: Pending; beganMs: number }
    return this.#clock.now() - beganMs < longestSeconds * 1000 ? pending : undefined
  }
}
