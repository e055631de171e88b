import type { Clock } from './clock.ts'

/** Lets the same thing be said once in a while only: strangers must not fill the log with what they do. */
export class Seldom {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #said = new Map<string, { atMs: number; passedOver: number }>()

  /** What is said is one of our own words, of which there are few. */
  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock
    this.#everyMs = everyMs
  }

  /** How often it was passed over since it was last said; undefined where it is to be passed over again. */
  due(what: string): number | undefined {
    const nowMs = this.#clock.now()
    const last = this.#said.get(what)
    if (last !== undefined && nowMs - last.atMs < this.#everyMs) {
      last.passedOver += 1
      return undefined
    }
    this.#said.set(what, { atMs: nowMs, passedOver: 0 })
    return last?.passedOver ?? 0
  }
}
