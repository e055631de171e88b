/** Times of RFC 3339, with microseconds. */

const pattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/

/** Microseconds since the epoch; undefined for what is no such time. */
export function timestampUsOf(text: string): number | undefined {
  const [, whole, fraction = '', zone] = pattern.exec(text.toUpperCase()) ?? []
  const ms = Date.parse(`${whole}${zone}`)
  if (Number.isNaN(ms)) return undefined
  return ms * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** In Greenwich; undefined for a year that RFC 3339 cannot say. */
export function timeTextOf(timestampUs: number): string | undefined {
  const seconds = Math.floor(timestampUs / 1_000_000)
  const date = new Date(seconds * 1000)
  const year = date.getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) return undefined
  const fraction = `${timestampUs - seconds * 1_000_000}`.padStart(6, '0')
  return `${date.toISOString().slice(0, -'.000Z'.length)}.${fraction}Z`
}
