import { setTimeout as pause } from 'node:timers/promises'

/** Resolves after `ms`, or at once when the signal aborts: look at it afterwards. */
export async function waitUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
