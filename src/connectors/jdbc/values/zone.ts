import { jdbcError } from '../errors.ts'

/** Times on the wall of a time zone, as databases keep them where they keep no zone. */
export interface Zone {
  readonly name: string
  /** What the wall shows at an instant, as if it were UTC. */
  readonly wall: (instantMs: number) => number
  /** When the wall shows this; the earlier instant where it does so twice. */
  readonly instant: (wallMs: number) => number
}

export const utc: Zone = { name: 'UTC', wall: (ms) => ms, instant: (ms) => ms }

const zeroZones: readonly string[] = ['UTC', 'GMT', 'Z', 'Etc/UTC', 'UTC+0', '+00:00']

/** Zones change their offset at full quarters of an hour only. */
const quarterMs = 15 * 60_000

/** About ten days' worth of quarters. */
const mostCachedOffsets = 1024

/** A zone by its name (`Asia/Tokyo`) or offset (`+09:00`); undefined where there is none. */
export function zoneNamed(name: string): Zone | undefined {
  if (zeroZones.includes(name)) return utc
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
      ...{ timeZone: intlName(name), hourCycle: 'h23', era: 'short' },
      ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
  } catch {
    return undefined
  }
  const offsets = new Map<number, number>()
  const offsetAt = (instantMs: number): number => {
    const quarter = Math.floor(instantMs / quarterMs)
    const cached = offsets.get(quarter)
    if (cached !== undefined) return cached
    const offset = wallOf(format, quarter * quarterMs) - quarter * quarterMs
    if (offsets.size >= mostCachedOffsets) offsets.clear()
    offsets.set(quarter, offset)
    return offset
  }
  return {
    name,
    wall: (instantMs) => instantMs + offsetAt(instantMs),
    instant: (wallMs) => {
      // Before and after a change of the offset, within a day of it.
      const before = wallMs - offsetAt(wallMs - dayMs)
      const after = wallMs - offsetAt(wallMs + dayMs)
      return before + offsetAt(before) === wallMs ? before : after
    },
  }
}

/** The zone that an option names. */
export function zoneOf(name: string, value: string): Zone {
  const zone = zoneNamed(value)
  if (zone !== undefined) return zone
  const cure =
    'write the name of a time zone such as Europe/Berlin or UTC, or an offset such as +09:00.'
  throw jdbcError('setting-unsupported', { name, value, cure })
}

const dayMs = 86_400_000

/** `GMT-3` and `+9` have names of Java's that `Intl` knows as `-03` and `+09`. */
function intlName(name: string): string {
  return name
    .replace(/^(?:UTC|GMT)(?=[+-])/, '')
    .replace(/^([+-])(\d)(?=:|$)/, (_, sign, hour) => `${sign}0${hour}`)
}

function wallOf(format: Intl.DateTimeFormat, instantMs: number): number {
  const parts = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
  const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year')
  const wall = new Date(0)
  wall.setUTCFullYear(year, part('month') - 1, part('day'))
  wall.setUTCHours(part('hour'), part('minute'), part('second'))
  return wall.getTime()
}
