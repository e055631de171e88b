import { atMost, type Clock } from '../../base/clock.ts'
import type { Places } from './words.ts'

/** How long doors may take to answer, where it is not known which of them have messages. */
const answerMs = 200

/**
 * What is known of who has messages while nobody deals, for the door that deals next: which doors
 * the former dealer named, and what was said to be done since it left.
 */
export class RollCall {
  readonly #clock: Clock
  readonly #silenceMs: number
  /** Doors that have to answer; undefined where the former dealer did not say. */
  #awaited: Set<string> | undefined
  #answered = Promise.withResolvers<void>()
  readonly #done: Places[] = []
  #isOn = false

  constructor(clock: Clock, silenceMs: number) {
    this.#clock = clock
    this.#silenceMs = silenceMs
  }

  /** The dealer leaves, and names the doors that have messages. */
  begin(doors: readonly string[], self: string): void {
    this.#awaited = new Set(doors.filter((door) => door !== self))
    this.#answered = Promise.withResolvers()
    this.#done.length = 0
    this.#isOn = true
  }

  /** Who deals next asks: what is done from now on counts as well. */
  ask(): void {
    this.#isOn = true
  }

  answered(door: string): void {
    this.#awaited?.delete(door)
    if (this.#awaited?.size === 0) this.#answered.resolve()
  }

  done(places: Places): void {
    if (this.#isOn) this.#done.push(places)
  }

  /** Resolves when all have answered, or have had their time. */
  async answers(): Promise<void> {
    if (this.#awaited?.size === 0) return
    const isKnown = this.#awaited !== undefined
    await atMost(this.#clock, isKnown ? this.#silenceMs : answerMs, this.#answered.promise)
  }

  /** Nobody waits for answers any more. */
  close(): void {
    this.#answered.resolve()
  }

  /** Somebody deals; tells what was done meanwhile. */
  end(): Places[] {
    this.#isOn = false
    this.#awaited = undefined
    return this.#done.splice(0)
  }
}
