/** Patience: how long to wait before trying again, and for how long to go on trying. */
import { type BackOff, backOffMs } from '../../base/back-off.ts'
import { type Clock, pause } from '../../base/clock.ts'
import { isRetriable } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'

const backOff: BackOff = { firstMs: 50, longestMs: 1000 }

/** What everything that waits has in common. */
export interface Patience {
  readonly clock: Clock
  readonly random: Random
  /** Aborted when the client closes, so that nobody waits on. */
  readonly signal: AbortSignal
}

/** How long to wait before a request that failed so often (from 0) is made again. */
export function retryDelayMs(failures: number, random: Random): number {
  return backOffMs(failures, backOff, random)
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
      const delayMs = retryDelayMs(attempt, patience.random)
      if (!passes(error) || patience.clock.now() + delayMs >= end) throw error
      await pause(delayMs, patience)
      if (patience.signal.aborted) throw error
    }
  }
}
