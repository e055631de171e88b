/** How far ahead of UTC a zone (`Asia/Tokyo`, `+09:00`) is at a time. */
export function offsetMsOf(zone: string, time: number): number {
  if (zone === 'UTC') return 0
  const shown = formatterOf(zone)
    .formatToParts(time)
    .find(({ type }) => type === 'timeZoneName')?.value
  const [, sign, hours = '0', minutes = '0'] = /^GMT([+-])(\d\d):(\d\d)/.exec(shown ?? '') ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** The time that clocks of the zone show, as if it were UTC. */
export function localTimeOf(time: number, zone: string): number {
  return time + offsetMsOf(zone, time)
}

/** Whether clocks anywhere are set by it. */
export function isTimeZone(zone: string): boolean {
  try {
    formatterOf(zone)
    return true
  } catch {
    return false
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making one takes longer than using it a thousand times; there are as many as zones are configured. */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    formatters.set(timeZone, formatter)
  }
  return formatter
}
