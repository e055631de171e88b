/** `2026-11-21` and `20:14:44.123` where the reader is. What is no time (-1) is a dash. */
export function moment(ms: number): readonly [day: string, time: string] {
  if (!isTime(ms)) return ['', '–']
  const at = new Date(ms)
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return [day, `${clockTime(ms)}.${String(at.getMilliseconds()).padStart(3, '0')}`]
}

/** `20:14:44`. */
export function clockTime(ms: number): string {
  const at = new Date(ms)
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
}

/** What an input of type datetime-local shows for a time. */
export function localInput(ms: number): string {
  return moment(ms).join('T').slice(0, 19)
}

function isTime(ms: number): boolean {
  return ms >= 0 && ms <= latest
}

/** The last moment that a Date can be (ECMA-262, 21.4.1.1). */
const latest = 8.64e15

function two(value: number): string {
  return String(value).padStart(2, '0')
}
