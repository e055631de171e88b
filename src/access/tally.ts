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
  #refusedUntilMs = Number.NEGATIVE_INFINITY

  constructor(limits: TallyLimits) {
    this.#limits = limits
  }

  count(nowMs: number): number {
    return this.#isForgotten(nowMs) ? 0 : this.#count
  }

  /** How long what comes now is still refused; 0: it is not. */
  refusedMs(nowMs: number): number {
    return Math.max(0, this.#refusedUntilMs - nowMs)
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
    const lastsMs = Math.min(refusedMs * 2 ** this.#refusals, longestRefusedMs)
    this.#refusals += 1
    this.#refusedUntilMs = nowMs + lastsMs
    return lastsMs
  }

  /** The time of a refusal does not count, in which nothing can fail. */
  #isForgotten(nowMs: number): boolean {
    return nowMs - Math.max(this.#lastMs, this.#refusedUntilMs) >= this.#limits.forgottenMs
  }
}
