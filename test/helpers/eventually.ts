import { setTimeout as pause } from 'node:timers/promises'

/** Three more programs on the same small machine slow the others down. */
const patience = process.env.AGAINST === 'cluster' ? 3 : 1

/** For a machine on which other tests start their programs at the same time. */
const usualDeadlineMs = 60_000

/** Waits until `condition` gives something truthy and returns it; fails after the deadline. */
export async function eventually<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  deadlineMs = usualDeadlineMs,
): Promise<NonNullable<Value>> {
  const end = performance.now() + deadlineMs * patience
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > end) throw new Error(`${what}: not so within ${deadlineMs} ms`)
    await pause(20)
  }
}
