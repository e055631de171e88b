/** Nobody may put a task to sleep for longer. */
const longestMs = 10 * 60_000

/** The header Retry-After (RFC 9110, 10.2.3), seconds or a date, in milliseconds from now. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  const text = header.trim()
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestMs)
}
