/**
 * Which records are meant, in the words of `rpk topic consume --offset`: `start`, `end`, `:end`,
 * `+5` after the start, `-5` before the end, `7`, `7:`, `:9`, `7:9` (the second excluded),
 * `@TIME`, `@TIME:TIME`, where a time is a date, a moment (2026-01-31T12:00:00Z), seconds or
 * milliseconds since the epoch, a duration from now (-1h) or `start` and `end`.
 */

export type Point =
  | { readonly at: 'start' | 'end' }
  | { readonly offset: bigint }
  | { readonly afterStart: bigint }
  | { readonly beforeEnd: bigint }
  | { readonly timeMs: number }

export interface OffsetRange {
  readonly from: Point
  /** The first point that is not meant; without it, there is no end. */
  readonly to?: Point
}

/** What to write, for people. */
export const offsetRangeExamples = 'start, end, :end, +5, -5, 7, 7:9, @-1h or @2026-01-31:end'

/** Undefined where the text is no range. */
export function parseOffsetRange(text: string, nowMs: number): OffsetRange | undefined {
  return text.startsWith('@') ? timeRange(text.slice(1), nowMs) : offsetRange(text)
}

function offsetRange(text: string): OffsetRange | undefined {
  const relative = /^([+-])(\d+)$/.exec(text)
  if (relative !== null) {
    const count = BigInt(relative[2] ?? 0)
    return { from: relative[1] === '+' ? { afterStart: count } : { beforeEnd: count } }
  }
  return rangeOf(text, (point) => {
    if (point === 'start' || point === 'end') return { at: point }
    return /^\d+$/.test(point) ? { offset: BigInt(point) } : undefined
  })
}

function timeRange(text: string, nowMs: number): OffsetRange | undefined {
  return rangeOf(text, (point) => {
    if (point === 'start' || point === 'end') return { at: point }
    const timeMs = parseTime(point, nowMs)
    return timeMs === undefined ? undefined : { timeMs }
  })
}

/** `a`, `a:`, `:b` and `a:b`; a moment has colons of its own, so each colon is tried. */
function rangeOf(
  text: string,
  parse: (point: string) => Point | undefined,
): OffsetRange | undefined {
  const whole = parse(text)
  if (whole !== undefined) return { from: whole }
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    const [left, right] = [text.slice(0, at), text.slice(at + 1)]
    const from = left === '' ? { at: 'start' as const } : parse(left)
    if (from === undefined || text === ':') continue
    if (right === '') return { from }
    const to = parse(right)
    if (to !== undefined) return { from, to }
  }
  return undefined
}

function parseTime(text: string, nowMs: number): number | undefined {
  if (/^\d{13}$/.test(text)) return Number(text)
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1000
  if (/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z)?$/.test(text)) {
    const timeMs = Date.parse(text)
    return Number.isNaN(timeMs) ? undefined : timeMs
  }
  const durationMs = parseDuration(text)
  return durationMs === undefined ? undefined : nowMs + durationMs
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Such as `-1h30m`; undefined where the text is none. */
function parseDuration(text: string): number | undefined {
  const match = /^(-?)((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)$/.exec(text)
  if (match === null) return undefined
  let sum = 0
  for (const [, count, unit] of (match[2] ?? '').matchAll(/([\d.]+)(ms|s|m|h|d)/g)) {
    sum += Number(count) * (unitMs[unit ?? ''] ?? 0)
  }
  return match[1] === '-' ? -sum : sum
}
