import { type Clock, pause } from '../base/clock.ts'

const atMostMs = 30_000
const everyMs = 100

/** Looks until a cluster shows what it was told, or half a minute is over: whether it does. */
export async function until(
  condition: () => Promise<boolean>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<boolean> {
  const deadline = clock.now() + atMostMs
  while (!(await condition())) {
    if (clock.now() > deadline) return false
    await pause(everyMs, { clock, signal })
    signal.throwIfAborted()
  }
  return true
}
