/**
 * Patterns of Java's `SimpleDateFormat`, in UTC and English: `yyyy-MM-dd'T'HH:mm:ss.SSSX`. Reading is
 * lenient as in Java: months roll over, and what stands behind the match is left alone.
 */
export interface DateFormat {
  readonly pattern: string
  format(date: Date): string
  /** Undefined where the text does not match. */
  parse(text: string): Date | undefined
}

/** Throws a sentence about what is wrong with the pattern. */
export function dateFormat(pattern: string): DateFormat {
  const parts = partsOf(pattern)
  return {
    pattern,
    format: (date) => parts.map((part) => formatted(part, date)).join(''),
    parse: (text) => parsed(parts, text),
  }
}

interface Letter {
  readonly letter: string
  readonly count: number
}

type Part = string | Letter

const months =
  'January February March April May June July August September October November December'
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'
const monthNames = months.split(' ')
const dayNames = days.split(' ')

const hourMs = 3_600_000

/** The letters that count something: what they show, and which field reading sets with it. */
const numeric: Readonly<
  Record<string, { read: (date: Date) => number; set: (time: Time, value: number) => void }>
> = {
  y: { read: (date) => date.getUTCFullYear(), set: (time, value) => (time.year = value) },
  M: { read: (date) => date.getUTCMonth() + 1, set: (time, value) => (time.month = value - 1) },
  d: { read: (date) => date.getUTCDate(), set: (time, value) => (time.day = value) },
  D: {
    read: dayOfYear,
    set: (time, value) => {
      time.month = 0
      time.day = value
    },
  },
  H: { read: (date) => date.getUTCHours(), set: (time, value) => (time.hour = value) },
  k: { read: (date) => date.getUTCHours() || 24, set: (time, value) => (time.hour = value % 24) },
  K: { read: (date) => date.getUTCHours() % 12, set: (time, value) => (time.hour = value) },
  h: {
    read: (date) => date.getUTCHours() % 12 || 12,
    set: (time, value) => (time.hour = value % 12),
  },
  m: { read: (date) => date.getUTCMinutes(), set: (time, value) => (time.minute = value) },
  s: { read: (date) => date.getUTCSeconds(), set: (time, value) => (time.second = value) },
  S: { read: (date) => date.getUTCMilliseconds(), set: (time, value) => (time.ms = value) },
}

const others = 'EaXZz'

function partsOf(pattern: string): readonly Part[] {
  const parts: Part[] = []
  const tokens = /'((?:[^']|'')*)'|''|([A-Za-z])\2*|[^A-Za-z']+|'/g
  for (const [token, quoted, letter] of pattern.matchAll(tokens)) {
    if (token === "'") throw new Error('Unterminated quote')
    if (letter === undefined) {
      parts.push(
        quoted === undefined ? token.replace("''", "'") : quoted.replaceAll("''", "'") || "'",
      )
    } else if (letter in numeric || others.includes(letter)) {
      parts.push({ letter, count: token.length })
    } else {
      const known = `${Object.keys(numeric).join('')}${others}`
      throw new Error(`Illegal pattern character '${letter}': leat knows ${[...known].join(' ')}`)
    }
  }
  return parts
}

function formatted(part: Part, date: Date): string {
  if (typeof part === 'string') return part
  const { letter, count } = part
  if (letter === 'M' && count >= 3) return name(monthNames, date.getUTCMonth(), count)
  if (letter === 'E') return name(dayNames, date.getUTCDay(), count)
  if (letter === 'a') return date.getUTCHours() < 12 ? 'AM' : 'PM'
  if (letter === 'X') return 'Z'
  if (letter === 'Z') return '+0000'
  if (letter === 'z') return count >= 4 ? 'Coordinated Universal Time' : 'UTC'
  const value = numeric[letter]?.read(date) ?? 0
  const shown = letter === 'y' && count === 2 ? value % 100 : value
  return `${shown}`.padStart(count, '0')
}

function name(names: readonly string[], index: number, count: number): string {
  const full = names[index] ?? ''
  return count >= 4 ? full : full.slice(0, 3)
}

interface Time {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  ms: number
  afternoon: boolean | undefined
  offsetMs: number
}

function parsed(parts: readonly Part[], text: string): Date | undefined {
  const time: Time = {
    year: 1970,
    month: 0,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    ms: 0,
    afternoon: undefined,
    offsetMs: 0,
  }
  let at = 0
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1]
    const end =
      typeof part === 'string' ? afterText(part, text, at) : read(part, next, time, text, at)
    if (end === undefined) return undefined
    at = end
  }
  return dateOf(time)
}

function afterText(part: string, text: string, at: number): number | undefined {
  return text.startsWith(part, at) ? at + part.length : undefined
}

/** Where reading goes on after a field; digits right before another number count exactly. */
function read(
  part: Letter,
  next: Part | undefined,
  time: Time,
  text: string,
  at: number,
): number | undefined {
  const { letter, count } = part
  const begin = at + (/^[ \t]*/.exec(text.slice(at))?.[0].length ?? 0)
  const rest = text.slice(begin, begin + mostFieldLength)
  if (letter === 'a') return readHalf(rest, begin, time)
  if (letter === 'E') return readName(dayNames, rest, begin)?.end
  if (letter === 'X' || letter === 'Z' || letter === 'z') return readOffset(rest, begin, time)
  if (letter === 'M' && count >= 3) {
    const month = readName(monthNames, rest, begin)
    if (month !== undefined) time.month = month.index
    return month?.end
  }
  const abuts = typeof next === 'object' && isNumber(next)
  const digits = (abuts ? new RegExp(`^\\d{${count}}`) : /^-?\d+/).exec(rest)?.[0]
  // Which century two digits mean depends on the day of reading: four are wanted.
  if (digits === undefined || (letter === 'y' && count === 2 && digits.length === 2))
    return undefined
  numeric[letter]?.set(time, Number(digits))
  return begin + digits.length
}

/** Longer than any field: what is read of a text at once. */
const mostFieldLength = 64

function isNumber({ letter, count }: Letter): boolean {
  return letter in numeric && !(letter === 'M' && count >= 3)
}

function readHalf(rest: string, begin: number, time: Time): number | undefined {
  const half = /^[ap]m/i.exec(rest)?.[0]
  if (half === undefined) return undefined
  time.afternoon = half[0]?.toLowerCase() === 'p'
  return begin + half.length
}

function readName(
  names: readonly string[],
  rest: string,
  begin: number,
): { index: number; end: number } | undefined {
  const lower = rest.toLowerCase()
  for (const length of [undefined, 3]) {
    const index = names.findIndex((name) => lower.startsWith(name.slice(0, length).toLowerCase()))
    if (index >= 0) return { index, end: begin + (names[index] ?? '').slice(0, length).length }
  }
  return undefined
}

function readOffset(rest: string, begin: number, time: Time): number | undefined {
  const match = /^(?:Z|(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?|UTC|GMT)/.exec(rest)
  if (match === null) return undefined
  const [whole, sign, hours = '0', minutes = '0'] = match
  const offsetMs = Number(hours) * hourMs + Number(minutes) * 60_000
  time.offsetMs = sign === '-' ? -offsetMs : offsetMs
  return begin + whole.length
}

function dateOf(time: Time): Date | undefined {
  const { year, month, day, minute, second, ms } = time
  const hour = time.hour + (time.afternoon === true && time.hour < 12 ? 12 : 0)
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  date.setUTCHours(hour, minute, second, ms)
  const moved = new Date(date.getTime() - time.offsetMs)
  return Number.isNaN(moved.getTime()) ? undefined : moved
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / (24 * hourMs)) + 1
}
