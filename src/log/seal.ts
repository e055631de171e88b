import { type LeatError, systemCode } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { logError } from './errors.ts'

/**
 * A write to the disk that failed is never tried again as if it could work: the kernel may report a
 * lost page once and forget it. The log is then sealed: reads go on, writes are refused until the
 * next start has checked what is there.
 */
export class Seal {
  readonly #directory: string
  readonly #logger: Logger
  #by: unknown
  #error: LeatError | undefined

  constructor(directory: string, logger: Logger) {
    this.#directory = directory
    this.#logger = logger
  }

  /** The error that sealed the log. */
  get by(): unknown {
    return this.#by
  }

  check(): void {
    if (this.#error !== undefined) throw this.#error
  }

  /** What `write` meets on a full disk is told as such, and may pass; any other failure seals the log. */
  guard(path: string, write: () => void): void {
    try {
      write()
    } catch (error) {
      const code = systemCode(error)
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw this.close(error)
      throw logError('disk-full', { path }, { cause: error })
    }
  }

  /** Seals the log, if it is not yet, and returns what writers are told. */
  close(cause: unknown): LeatError {
    if (this.#error === undefined) {
      this.#by = cause
      this.#error = logError('log-sealed', { directory: this.#directory }, { cause })
      this.#logger.error(this.#error.message, { cause: String(cause) })
    }
    return this.#error
  }
}
