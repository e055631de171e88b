import type { Windows } from './rate.ts'

/** What may be done at once is saved up while nothing is done (Kafka's `TokenBucket`). */
export class TokenBucket {
  readonly #windows: Windows
  #tokens: number | undefined
  #updatedMs = 0

  constructor(windows: Windows) {
    this.#windows = windows
  }

  /** How long to wait until nothing is owed any more. */
  throttleMs(perSecond: number, nowMs: number): number {
    const tokens = this.#refill(perSecond, nowMs)
    return tokens < 0 ? Math.round((-tokens / perSecond) * 1000) : 0
  }

  take(count: number, perSecond: number, nowMs: number): void {
    this.#tokens = this.#refill(perSecond, nowMs) - count
  }

  #refill(perSecond: number, nowMs: number): number {
    const { count, ms } = this.#windows
    const most = ((count * ms) / 1000) * perSecond
    const saved = ((nowMs - this.#updatedMs) / 1000) * perSecond
    this.#tokens = Math.min(most, (this.#tokens ?? most) + saved)
    this.#updatedMs = nowMs
    return this.#tokens
  }
}
