/**
 * How fast something goes, and for how long it must wait to have gone no faster than it may
 * (Kafka's `Rate` over `WindowedSum`, and `QuotaUtils.throttleTime`).
 */
export interface Windows {
  readonly count: number
  readonly ms: number
}

interface Sample {
  readonly startMs: number
  sum: number
}

export class Rate {
  readonly #windows: Windows
  #samples: Sample[] = []

  constructor(windows: Windows) {
    this.#windows = windows
  }

  record(value: number, nowMs: number): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && nowMs - last.startMs < this.#windows.ms) last.sum += value
    else this.#samples.push({ startMs: nowMs, sum: value })
    const oldestMs = nowMs - this.#windows.count * this.#windows.ms
    while ((this.#samples[0]?.startMs ?? nowMs) < oldestMs) this.#samples.shift()
  }

  /** How long to wait after what was recorded, at most `perSecond` being allowed; 0 if not at all. */
  throttleMs(perSecond: number, nowMs: number): number {
    const { count, ms } = this.#windows
    const oldestMs = nowMs - count * ms
    const samples = this.#samples.filter(({ startMs }) => startMs >= oldestMs)
    const sum = samples.reduce((total, sample) => total + sample.sum, 0)
    // Whoever has only begun is measured as if there had been silence before.
    const elapsedMs = nowMs - (samples[0]?.startMs ?? nowMs)
    const missing = Math.max(0, count - 1 - Math.floor(elapsedMs / ms))
    const spanMs = elapsedMs + missing * ms
    const observed = (sum / spanMs) * 1000
    return observed > perSecond ? Math.round(((observed - perSecond) / perSecond) * spanMs) : 0
  }
}
