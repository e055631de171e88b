import type { BatchHeader } from '../../protocols/kafka/record-batch.ts'

/**
 * After so much work, one or two milliseconds, whoever else runs here has a turn. A record costs as
 * much as so many bytes of it, however small or well compressed it is.
 */
const workAtOnce = 64 * 1024
const workOfRecord = 200

/** A cleaning that has become pointless: the partition is gone, the log closes or is sealed. */
export class Abandoned extends Error {}

/** The cleaner works in slices, between which connections are served. */
export class Pace {
  readonly #check: () => void
  #work = 0

  /** `check` throws `Abandoned` where the work has become pointless meanwhile. */
  constructor(check: () => void) {
    this.#check = check
  }

  /** A batch is dealt with: whether to rest. */
  isDue({ sizeBytes, recordCount }: BatchHeader): boolean {
    this.#work += sizeBytes + recordCount * workOfRecord
    return this.#work >= workAtOnce
  }

  async rest(): Promise<void> {
    this.#work = 0
    await new Promise((resolve) => setImmediate(resolve))
    this.#check()
  }

  /** Waits for the disk, which is a rest as well. */
  async until(done: Promise<unknown>): Promise<void> {
    await done
    this.#check()
  }
}
