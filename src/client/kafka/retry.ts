/** Patience: how long to wait before trying again, and for how long to go on trying. */
import { type Clock, pause } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { isRetriable } from './errors.ts'

const firstBackOffMs = 50
const longestBackOffMs = 1000

/** What everything that waits has in common. */
export interface Patience {
  readonly clock: Clock
  readonly random: Random
  /** Aborted when the client closes, so that nobody waits on. */
  readonly signal: AbortSignal
}

/** Doubles with each attempt (from 0), and scatters by a fifth so that clients do not march in step. */
export function backOffMs(attempt: number, random: Random): number {
  const whole = Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(attempt, 30))
  return whole * (0.8 + 0.4 * random.next())
}

/** Repeats `action` while what it fails with passes and time is left; then its last error is thrown. */
export async function retrying<Value>(
  withinMs: number,
  patience: Patience,
  action: () => Promise<Value>,
  passes: (error: unknown) => boolean = isRetriable,
): Promise<Value> {
  const end = patience.clock.now() + withinMs
  for (let attempt = 0; ; attempt++) {
    try {
      return await action()
    } catch (error) {
      const delayMs = backOffMs(attempt, patience.random)
      if (!passes(error) || patience.clock.now() + delayMs >= end) throw error
      await pause(delayMs, patience)
      if (patience.signal.aborted) throw error
    }
  }
}
