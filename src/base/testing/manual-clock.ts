import type { Clock, Timer } from '../clock.ts'

/** A clock that stands still until a test turns it. */
export class ManualClock implements Clock {
  #now: number
  #waiting: { at: number; action: () => void }[] = []

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(ms: number, action: () => void): Timer {
    const entry = { at: this.#now + ms, action }
    this.#waiting.push(entry)
    return { cancel: () => (this.#waiting = this.#waiting.filter((one) => one !== entry)) }
  }

  /** Whether somebody waits for exactly so long, counted from now. */
  isWaitingFor(ms: number): boolean {
    return this.#waiting.some(({ at }) => at === this.#now + ms)
  }

  /** Turns the clock by `ms`, running what falls due, each at its own moment and in order. */
  advance(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const next = this.#waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#waiting = this.#waiting.filter((one) => one !== next)
      this.#now = Math.max(this.#now, next.at)
      next.action()
    }
    this.#now = until
  }
}
