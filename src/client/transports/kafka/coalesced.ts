import type { Clock, Timer } from '../../../base/clock.ts'

/** An action that many ask for: done once for all that asked within its interval, never twice at once. */
export class Coalesced {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #action: () => Promise<void>
  #isWanted = false
  #timer: Timer | undefined
  #running: Promise<void> | undefined

  /** What goes wrong is for the action to deal with: it may ask for itself again. */
  constructor(clock: Clock, intervalMs: number, action: () => Promise<void>) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#action = action
  }

  ask(): void {
    this.#isWanted = true
    if (this.#running !== undefined) return
    this.#timer ??= this.#clock.after(this.#intervalMs, () => {
      this.#timer = undefined
      this.#run()
    })
  }

  /** Resolves when what was asked for by now is done, and nothing is under way or waits any more. */
  async settle(): Promise<void> {
    await this.#running
    this.#timer?.cancel()
    this.#timer = undefined
    if (!this.#isWanted) return
    this.#run()
    await this.#running
  }

  #run(): void {
    this.#isWanted = false
    this.#running = this.#action().finally(() => {
      this.#running = undefined
      if (this.#isWanted) this.ask()
    })
  }
}
