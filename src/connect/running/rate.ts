import type { Clock } from '../../base/clock.ts'

const windowSeconds = 10

/** Counts, and says how fast of late: over the last ten seconds, however seldom it is asked. */
export class Rate {
  total = 0
  readonly #clock: Clock
  readonly #beganMs: number
  /** What was counted in each second of the window, in a ring. */
  readonly #counts = new Array<number>(windowSeconds).fill(0)
  #second: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#beganMs = clock.now()
    this.#second = Math.floor(this.#beganMs / 1000)
  }

  add(count: number): void {
    this.#turnTo(this.#clock.now())
    this.total += count
    const place = this.#second % windowSeconds
    this.#counts[place] = (this.#counts[place] ?? 0) + count
  }

  perSecond(): number {
    const nowMs = this.#clock.now()
    this.#turnTo(nowMs)
    const sinceMs = Math.max(this.#beganMs, (this.#second - windowSeconds + 1) * 1000)
    const seconds = Math.max(1, (nowMs - sinceMs) / 1000)
    return this.#counts.reduce((sum, count) => sum + count, 0) / seconds
  }

  /** Empties the seconds that have gone by since; a clock that is put back changes nothing. */
  #turnTo(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    const passed = Math.min(second - this.#second, windowSeconds)
    for (let back = 0; back < passed; back++) this.#counts[(second - back) % windowSeconds] = 0
    this.#second = Math.max(this.#second, second)
  }
}
