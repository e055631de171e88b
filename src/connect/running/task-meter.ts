import type { Clock } from '../../base/clock.ts'

/** What a task has done, and how fast of late. */
export interface TaskFigures {
  /** Read from topics by a sink, from the other system by a source. */
  readonly read: number
  /** Put into the other system by a sink, written to topics by a source. */
  readonly written: number
  /** Passed over, because they could not be taken. */
  readonly failed: number
  readonly retries: number
  readonly bytes: number
  readonly recordsPerSecond: number
  readonly bytesPerSecond: number
  /** How many records of the topics a sink has not put yet. */
  readonly lag: number | undefined
}

const windowMs = 10_000

export class TaskMeter {
  read = 0
  written = 0
  failed = 0
  retries = 0
  bytes = 0
  /** By `topic/partition`: behind the last record there is, and the next one to put. */
  readonly ends = new Map<string, bigint>()
  readonly positions = new Map<string, bigint>()
  readonly #clock: Clock
  #before: Mark
  #last: Mark

  constructor(clock: Clock) {
    this.#clock = clock
    this.#before = { atMs: clock.now(), written: 0, bytes: 0 }
    this.#last = this.#before
  }

  figures(): TaskFigures {
    const { read, written, failed, retries, bytes } = this
    const { recordsPerSecond, bytesPerSecond } = this.#rates()
    const lag = this.#lag()
    return { read, written, failed, retries, bytes, recordsPerSecond, bytesPerSecond, lag }
  }

  /** Over the last whole window and the one that has begun. */
  #rates() {
    const now = this.#clock.now()
    if (now - this.#last.atMs >= windowMs) {
      this.#before = this.#last
      this.#last = { atMs: now, written: this.written, bytes: this.bytes }
    }
    const seconds = Math.max(1, now - this.#before.atMs) / 1000
    return {
      recordsPerSecond: (this.written - this.#before.written) / seconds,
      bytesPerSecond: (this.bytes - this.#before.bytes) / seconds,
    }
  }

  #lag(): number | undefined {
    if (this.ends.size === 0) return undefined
    let lag = 0n
    for (const [partition, end] of this.ends) lag += end - (this.positions.get(partition) ?? end)
    return Number(lag)
  }
}

interface Mark {
  readonly atMs: number
  readonly written: number
  readonly bytes: number
}
