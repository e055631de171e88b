import type { ServerResponse } from 'node:http'
import type { Principal } from '../../access/principal.ts'
import type { Clock, Timer } from '../../base/clock.ts'

export interface SessionLimits {
  /** Without a request. */
  readonly idleMs: number
  readonly longestMs: number
}

/** Who has logged in. */
export interface LoggedIn {
  readonly principal: Principal
  readonly groups: readonly string[]
  /** Whether a password is still right; absent where none was shown. */
  readonly isStillRight?: (id: string) => Promise<boolean>
}

/** A password is asked about again after so long. */
const believedMs = 60_000

/** From a login to its end, with which all that was asked for by it ends, too. */
export class Session {
  readonly who: LoggedIn
  readonly #limits: SessionLimits
  readonly #clock: Clock
  readonly #beganMs: number
  readonly #answers = new Set<ServerResponse>()
  #usedMs: number
  #askedMs: number
  #asking: Promise<boolean> | undefined
  #timer: Timer | undefined
  #check: (() => Promise<unknown>) | undefined
  #isOver = false

  constructor(who: LoggedIn, limits: SessionLimits, clock: Clock) {
    this.who = who
    this.#limits = limits
    this.#clock = clock
    this.#beganMs = clock.now()
    this.#usedMs = this.#beganMs
    this.#askedMs = this.#beganMs
  }

  get isOver(): boolean {
    return this.#isOver || this.#clock.now() >= this.#endsMs
  }

  use(): void {
    this.#usedMs = this.#clock.now()
  }

  /** Throws where the broker cannot be asked now. */
  async isStillRight(id: string): Promise<boolean> {
    const { isStillRight } = this.who
    if (isStillRight === undefined) return true
    if (this.#clock.now() - this.#askedMs < believedMs) return true
    this.#asking ??= isStillRight(id)
      .then((isRight) => {
        if (isRight) this.#askedMs = this.#clock.now()
        return isRight
      })
      .finally(() => {
        this.#asking = undefined
      })
    return await this.#asking
  }

  /**
   * A stream that goes on and on ends with the session at the latest. `check` is asked every minute
   * meanwhile: it ends the session where that no longer holds, and never rejects.
   */
  follow(answer: ServerResponse, check: () => Promise<unknown>): void {
    this.#answers.add(answer)
    this.#check = check
    answer.once('close', () => {
      this.#answers.delete(answer)
      if (this.#answers.size === 0) this.#timer?.cancel()
    })
    this.#watch()
  }

  end(): void {
    this.#isOver = true
    this.#timer?.cancel()
    for (const answer of this.#answers) answer.destroy()
  }

  get #endsMs(): number {
    const { idleMs, longestMs } = this.#limits
    return Math.min(this.#beganMs + longestMs, this.#usedMs + idleMs)
  }

  #watch(): void {
    this.#timer?.cancel()
    const untilMs = Math.min(this.#endsMs - this.#clock.now(), believedMs)
    this.#timer = this.#clock.after(untilMs, () => {
      if (this.isOver) return this.end()
      this.#watch()
      void this.#check?.()
    })
  }
}
