import type { Random } from './random.ts'

export interface BackOff {
  readonly firstMs: number
  readonly longestMs: number
}

/** More doublings than any limit needs, and few enough for a number. */
const mostDoublings = 30

/**
 * How long to wait after so many earlier failures (from 0): it doubles with each, up to the longest,
 * and scatters by a fifth so that those who wait do not march in step.
 */
export function backOffMs(
  failures: number,
  { firstMs, longestMs }: BackOff,
  random: Random,
): number {
  const wholeMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures, mostDoublings))
  return wholeMs * (0.8 + 0.4 * random.next())
}
