import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Where the young generation stops growing: V8 goes to 128 MiB, for hardly fewer collections. */
const mostYoungBytes = 16 * 1024 * 1024
/** How much the heap grows between two collections of all; V8 lets it become several times as large. */
const growthPercent = 80

/**
 * Makes V8 keep this process small, at the cost of some more collections. `--max-semi-space-size` would
 * say the first half of it, but only before the program starts; how much the young generation grows
 * is looked up each time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`)
  let mayGrow = true
  new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    const grows = (young?.space_size ?? 0) < mostYoungBytes
    if (grows === mayGrow) return
    mayGrow = grows
    // It shrinks by itself when there is little to do, and must be able to grow again.
    setFlagsFromString(`--semi-space-growth-factor=${grows ? 2 : 1}`)
  }).observe({ entryTypes: ['gc'] })
}
