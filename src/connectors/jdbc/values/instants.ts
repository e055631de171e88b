import { dateTimeText } from './wall-texts.ts'
import type { Zone } from './zone.ts'

/** Instants to the microsecond, and the texts that databases have of them. */

const pattern =
  /^(\d{4,6})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(?:([+-]\d\d)(?::?(\d\d))?)?$/

/** Microseconds since the epoch of `2023-02-24 16:57:11.963`, or undefined where it is no time of ours. */
export function instantOfText(text: string, zone: Zone): bigint | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', offset, more = '0'] =
    match
  // MySQL has days that no calendar has: 0000-00-00.
  if (Number(month) === 0 || Number(day) === 0) return undefined
  const wall = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const time = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000
  const ms = offset === undefined ? zone.instant(wall + time) : wall + time - offsetMs(offset, more)
  return BigInt(ms) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

function offsetMs(hours: string, minutes: string): number {
  const sign = hours.startsWith('-') ? -1 : 1
  return (Number(hours) * 60 + sign * Number(minutes)) * 60_000
}

/** `2023-02-24 16:57:11.963000` on the wall of a zone. */
export function textOfInstant(micros: bigint, zone: Zone): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n
  const wall = zone.wall(Number((micros - rest) / 1000n))
  return `${dateTimeText(wall)}${`${rest}`.padStart(3, '0')}`
}

/** The instant, without what a column of so many digits after the second would drop. */
export function flooredInstant(micros: bigint, fraction: number): bigint {
  const unit = 10n ** BigInt(6 - fraction)
  return micros - (((micros % unit) + unit) % unit)
}

/** Milliseconds of a whole number of microseconds, the rest dropped. */
export function msOf(micros: bigint): number {
  return Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n)
}
