/**
 * Up to where rows can be read without one appearing later among them.
 *
 * A row gets its time, or its number, when it is written, and is seen when its transaction ends. So
 * whatever was begun before the oldest transaction that is still open has been seen. Of numbers it is
 * not known when they were given, hence marks: the greatest number at a time. When every transaction
 * that was open then has ended, no smaller number can come any more.
 */

/** What a database tells of its transactions, in milliseconds since the epoch. */
export interface Openness {
  readonly nowMs: number
  /** When the oldest one that may still write began; undefined where none is open. */
  readonly openSinceMs: number | undefined
  /** Whether those of all users can be seen. */
  readonly isWhole: boolean
}

/**
 * What a database tells is this old at most, and a statement's time is that much earlier than when
 * its transaction is said to have begun.
 */
const slackMs = 1_000

/** Everything that began before this instant has ended. */
export function settledUntil({ nowMs, openSinceMs, isWhole }: Openness, delayMs: number): number {
  const seen = Math.min(nowMs, openSinceMs ?? nowMs) - slackMs
  return isWhole ? seen : Math.min(seen, nowMs - delayMs)
}

interface Mark {
  readonly atMs: number
  readonly number: bigint
}

/** While so many wait, what comes after them is marked later. */
const mostMarks = 1_000

/** The greatest number that is safe to read, learnt by looking again and again. */
export class Marks {
  readonly #marks: Mark[] = []
  #settled: bigint | undefined

  /** The greatest number that was to be seen at a time. */
  add(atMs: number, number: bigint): void {
    if ((this.#marks.at(-1)?.number ?? this.#settled) === number) return
    if (this.#marks.length < mostMarks) this.#marks.push({ atMs, number })
  }

  /** Undefined as long as no number is safe. */
  settled(untilMs: number): bigint | undefined {
    while (this.#marks[0] !== undefined && this.#marks[0].atMs < untilMs) {
      const { number } = this.#marks.shift() as Mark
      if (this.#settled === undefined || number > this.#settled) this.#settled = number
    }
    return this.#settled
  }

  /** Whether rows that were seen still wait. */
  get areWaiting(): boolean {
    return this.#marks.length > 0
  }
}
