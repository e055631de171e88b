import { type BackOff, backOffMs } from '../../base/back-off.ts'
import { type Clock, pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import { sentenceOf, traceOf } from '../errors.ts'
import type { State } from '../state/status-store.ts'
import type { Unit } from './slot.ts'

export interface SupervisedOptions {
  readonly name: string
  /** Runs until `signal` aborts, or fails. It tells when it runs, and when it got something done. */
  readonly attempt: (attempt: Attempt) => Promise<void>
  readonly onState: (state: State, trace?: string) => Promise<void>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly backOff?: BackOff
}

export interface Attempt {
  readonly signal: AbortSignal
  /** It has begun. */
  readonly running: () => Promise<void>
  /** It does what it is for: the next failure is the first one again. */
  readonly succeeded: () => void
}

export const usualBackOff: BackOff = { firstMs: 1000, longestMs: 5 * 60_000 }

/** Whatever fails here is begun again by itself, after a while that doubles up to a limit. */
export class Supervised implements Unit {
  readonly #options: SupervisedOptions
  readonly #closing = new AbortController()
  readonly #life: Promise<void>
  #restart = new AbortController()
  #failures = 0
  #isFailed = false

  constructor(options: SupervisedOptions) {
    this.#options = options
    this.#life = this.#live()
  }

  get isFailed(): boolean {
    return this.#isFailed
  }

  /** Begins anew at once, whether it runs or waits. */
  restart(): void {
    this.#failures = 0
    this.#restart.abort()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#life
  }

  async #live(): Promise<void> {
    const { onState, logger, name } = this.#options
    while (!this.#closing.signal.aborted) {
      this.#restart = new AbortController()
      const signal = AbortSignal.any([this.#closing.signal, this.#restart.signal])
      try {
        await this.#attempt(signal)
      } catch (error) {
        if (signal.aborted) {
          logger.warn('What was stopped has failed meanwhile', { name, error: sentenceOf(error) })
        } else await this.#fail(error, signal)
      }
    }
    await this.#tell(() => onState('UNASSIGNED'))
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    const { attempt, onState } = this.#options
    await attempt({
      signal,
      running: () => this.#tell(() => onState('RUNNING')),
      succeeded: () => {
        this.#failures = 0
      },
    })
  }

  async #fail(error: unknown, signal: AbortSignal): Promise<void> {
    const { onState, logger, name, clock, random, backOff = usualBackOff } = this.#options
    const waitMs = backOffMs(this.#failures, backOff, random)
    this.#failures += 1
    this.#isFailed = true
    const at = new Date(clock.now() + waitMs).toISOString()
    logger.error('It failed, and is begun again by itself', { name, error: sentenceOf(error), at })
    const why = `${traceOf(error)}\n(failure ${this.#failures} in a row; it is begun again at ${at})`
    await this.#tell(() => onState('FAILED', why))
    await pause(waitMs, { clock, signal })
    this.#isFailed = false
  }

  /** A status that cannot be stored now must not stop what it is about. */
  async #tell(say: () => Promise<void>): Promise<void> {
    try {
      await say()
    } catch (error) {
      const { logger, name } = this.#options
      logger.warn('A status could not be stored', { name, error: sentenceOf(error) })
    }
  }
}
