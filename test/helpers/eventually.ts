import { setTimeout as pause } from 'node:timers/promises'

/** Three more programs on the same small machine slow the others down. */
const patience = process.env.AGAINST === 'cluster' ? 3 : 1

/** For a machine on which other tests start their programs at the same time. */
const usualDeadlineMs = 60_000

/**
 * Waits until `condition` gives something truthy and returns it; fails after the deadline, and says what
 * it waited for. A function for that is asked at the end: it can tell what is there instead.
 */
export async function eventually<Value>(
  what: string | (() => string),
  condition: () => Value | Promise<Value>,
  deadlineMs = usualDeadlineMs,
): Promise<NonNullable<Value>> {
  const end = performance.now() + deadlineMs * patience
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > end) {
      const awaited = typeof what === 'string' ? what : what()
      throw new Error(`${awaited}: not so within ${deadlineMs} ms`)
    }
    await pause(20)
  }
}
