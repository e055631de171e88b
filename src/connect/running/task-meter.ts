import type { Clock } from '../../base/clock.ts'
import { Rate } from './rate.ts'

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

export class TaskMeter {
  read = 0
  failed = 0
  retries = 0
  readonly written: Rate
  readonly bytes: Rate
  /** By `topic/partition`: behind the last record there is, and the next one to put. */
  readonly ends = new Map<string, bigint>()
  readonly positions = new Map<string, bigint>()

  constructor(clock: Clock) {
    this.written = new Rate(clock)
    this.bytes = new Rate(clock)
  }

  figures(): TaskFigures {
    const { read, failed, retries, written, bytes } = this
    return {
      ...{ read, written: written.total, failed, retries, bytes: bytes.total },
      ...{ recordsPerSecond: written.perSecond(), bytesPerSecond: bytes.perSecond() },
      lag: this.#lag(),
    }
  }

  #lag(): number | undefined {
    if (this.ends.size === 0) return undefined
    let lag = 0n
    for (const [partition, end] of this.ends) lag += end - (this.positions.get(partition) ?? end)
    return Number(lag)
  }
}
