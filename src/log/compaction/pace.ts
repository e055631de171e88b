/** After so many bytes of records, some milliseconds of work, whoever else runs here has a turn. */
const bytesAtOnce = 64 * 1024

/** A cleaning that has become pointless: the partition is gone, the log closes or is sealed. */
export class Abandoned extends Error {}

/** The cleaner works in slices, between which connections are served. */
export class Pace {
  readonly #check: () => void
  #bytes = 0

  /** `check` throws `Abandoned` where the work has become pointless meanwhile. */
  constructor(check: () => void) {
    this.#check = check
  }

  /** So many bytes are dealt with: whether to rest. */
  isDue(bytes: number): boolean {
    this.#bytes += bytes
    return this.#bytes >= bytesAtOnce
  }

  async rest(): Promise<void> {
    this.#bytes = 0
    await new Promise((resolve) => setImmediate(resolve))
    this.#check()
  }

  /** Waits for the disk, which is a rest as well. */
  async until(done: Promise<unknown>): Promise<void> {
    await done
    this.#check()
  }
}
