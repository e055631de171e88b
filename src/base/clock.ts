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

/** Resolves after `ms` (none: at once), or when the signal aborts: look at it afterwards. */
export function pause(
  ms: number,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted || ms <= 0) return resolve()
    const done = () => {
      timer.cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = clock.after(ms, done)
    signal?.addEventListener('abort', done)
  })
}

/** Resolves when the event has settled, well or not, with true; with false if that takes longer than `ms`. */
export function atMost(clock: Clock, ms: number, event: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, () => resolve(false))
    const settled = () => {
      timer.cancel()
      resolve(true)
    }
    event.then(settled, settled)
  })
}
