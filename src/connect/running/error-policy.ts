import { backOffMs } from '../../base/back-off.ts'
import { type Clock, pause } from '../../base/clock.ts'
import { isError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import { connectError, mayPass, sentenceOf } from '../errors.ts'
import type { CommonSettings } from '../options/settings.ts'

/** Where on its way a record is, in Kafka Connect's words. */
export type Stage =
  | 'KEY_CONVERTER'
  | 'VALUE_CONVERTER'
  | 'HEADER_CONVERTER'
  | 'TRANSFORMATION'
  | 'TASK_PUT'
  | 'TASK_POLL'
  | 'KAFKA_PRODUCE'

export interface Failure {
  readonly stage: Stage
  /** What failed: the name of a converter, transform or connector. */
  readonly executing: string
  readonly error: unknown
}

/** What `errors.*` says of a record that cannot be taken. */
export class ErrorPolicy<Item> {
  readonly #settings: CommonSettings
  readonly #parts: ErrorPolicyParts<Item>

  constructor(settings: CommonSettings, parts: ErrorPolicyParts<Item>) {
    this.#settings = settings
    this.#parts = parts
  }

  /**
   * Passes over the record, once it is where such records go; throws where none may be, and where
   * the record is not to blame: then the task begins again, and the record is still there.
   */
  async passOver(item: Item, failure: Failure): Promise<void> {
    if (isOutage(failure.error)) throw failure.error
    const { describe, logger, onPassedOver } = this.#parts
    const settings = this.#settings
    const where = describe(item)
    if (settings['errors.tolerance'] !== 'all') {
      const facts = { stage: failure.stage, where }
      throw connectError('tolerance-exceeded', facts, { cause: failure.error })
    }
    if (settings['errors.log.enable']) {
      logger.error('A record is passed over', {
        stage: failure.stage,
        executing: failure.executing,
        error: sentenceOf(failure.error),
        ...(settings['errors.log.include.messages'] && { record: where }),
      })
    }
    await onPassedOver(item, failure)
  }

  /**
   * Tries again what fails retriably, for as long as `errors.retry.timeout` says. What is there at
   * once is given at once: most of the time there is nothing to wait for.
   */
  retrying<Value>(action: () => Promise<Value> | Value): Promise<Value> | Value {
    try {
      const value = action()
      return value instanceof Promise ? value.catch((error) => this.#again(action, error)) : value
    } catch (error) {
      return this.#again(action, error)
    }
  }

  async #again<Value>(action: () => Promise<Value> | Value, failed: unknown): Promise<Value> {
    const { clock, random, signal, onRetry } = this.#parts
    const timeoutMs = this.#settings['errors.retry.timeout']
    const longestMs = this.#settings['errors.retry.delay.max.ms']
    const endMs = timeoutMs < 0 ? Number.POSITIVE_INFINITY : clock.now() + timeoutMs
    let error = failed
    for (let attempt = 0; ; attempt++) {
      const delayMs = retryDelayMs(attempt, longestMs, random)
      if (!mayPass(error) || clock.now() + delayMs > endMs) throw error
      onRetry()
      await pause(delayMs, { clock, signal })
      if (signal.aborted) throw error
      try {
        return await action()
      } catch (again) {
        error = again
      }
    }
  }
}

export interface ErrorPolicyParts<Item> {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly describe: (item: Item) => string
  /** Resolves when the record is where it can be found again, if it is to be kept. */
  readonly onPassedOver: (item: Item, failure: Failure) => Promise<void>
  readonly onRetry: () => void
}

const outages = ['delivery-timed-out', 'client-closed']

/** What we need is away, or we are about to stop. */
function isOutage(error: unknown): boolean {
  return mayPass(error) || outages.some((code) => isError(error, code))
}

const firstMs = 300

/** How long to wait before what failed so often (from 0) is tried again. */
export function retryDelayMs(failures: number, longestMs: number, random: Random): number {
  return backOffMs(failures, { firstMs, longestMs }, random)
}
