/** Time as a parameter, so that a test can turn the clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `action` once, `ms` from now, unless cancelled before. */
  after(ms: number, action: () => void): Timer
}

export interface Timer {
  cancel(): void
}

/** The longest delay that Node's timers take; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, ms), longestDelayMs))
    return { cancel: () => clearTimeout(timer) }
  },
}
