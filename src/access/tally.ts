export interface TallyLimits {
  /** How long the first refusal lasts; each one after it twice as long. */
  readonly refusedMs: number
  readonly longestRefusedMs: number
  /** What failed is forgotten when nothing else has for so long. */
  readonly forgottenMs: number
}

/** Failures that are counted for a while, and how long what comes after too many is refused. */
export class Tally {
  readonly #limits: TallyLimits
  #count = 0
  #refusals = 0
  #lastMs = Number.NEGATIVE_INFINITY
  #refusedFromMs = Number.NEGATIVE_INFINITY
  #refusedMs = 0

  constructor(limits: TallyLimits) {
    this.#limits = limits
  }

  count(nowMs: number): number {
    return this.#isForgotten(nowMs) ? 0 : this.#count
  }

  /** How long what comes now is still refused; 0: it is not. */
  refusedMs(nowMs: number): number {
    this.#follow(nowMs)
    return Math.max(0, this.#refusedFromMs + this.#refusedMs - nowMs)
  }

  /** Counts one more: gives how long others are refused from now on, where it is one too many. */
  add(nowMs: number, most: number): number | undefined {
    if (this.#isForgotten(nowMs)) {
      this.#count = 0
      this.#refusals = 0
    }
    this.#count += 1
    this.#lastMs = nowMs
    if (this.#count < most) return undefined
    const { refusedMs, longestRefusedMs } = this.#limits
    this.#refusedFromMs = nowMs
    this.#refusedMs = Math.min(refusedMs * 2 ** this.#refusals, longestRefusedMs)
    this.#refusals += 1
    return this.#refusedMs
  }

  /** The time of a refusal does not count, in which nothing can fail. */
  #isForgotten(nowMs: number): boolean {
    this.#follow(nowMs)
    const sinceMs = Math.max(this.#lastMs, this.#refusedFromMs + this.#refusedMs)
    return nowMs - sinceMs >= this.#limits.forgottenMs
  }

  /** A clock that is set back must not refuse anybody until it is where it was. */
  #follow(nowMs: number): void {
    this.#lastMs = Math.min(this.#lastMs, nowMs)
    this.#refusedFromMs = Math.min(this.#refusedFromMs, nowMs)
  }
}
