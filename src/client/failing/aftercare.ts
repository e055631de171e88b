/** What becomes of messages that could not be read, or whose handling failed. */
import { backOffMs } from '../../base/back-off.ts'
import { pause } from '../../base/clock.ts'
import type { RetryParameters, ServiceParameters } from '../service/index.ts'
import type { IncomingMessage, Surroundings, Transport } from '../transports/transport.ts'
import { DeadLetters } from './dead-letters.ts'
import type { Failure } from './failure.ts'

/**
 * `again`: its next attempt is due. `kept`: it lies among the dead letters. `unsettled`: neither, and
 * whoever reads must answer for it. `closed`: the reader was closed before anything came of it.
 */
export type Outcome = 'again' | 'kept' | 'unsettled' | 'closed'

export class Aftercare {
  readonly #retry: RetryParameters
  readonly #surroundings: Surroundings
  readonly #deadLetters: DeadLetters | undefined
  readonly #closed = new AbortController()

  private constructor(
    retry: RetryParameters,
    surroundings: Surroundings,
    deadLetters: DeadLetters | undefined,
  ) {
    this.#retry = retry
    this.#surroundings = surroundings
    this.#deadLetters = deadLetters
  }

  /** Connects to where dead letters go, if the parameters name such a place. */
  static async open(
    parameters: ServiceParameters,
    transport: Transport,
    surroundings: Surroundings,
  ): Promise<Aftercare> {
    const { retry, deadLetters } = parameters
    const letters =
      deadLetters && (await DeadLetters.open(deadLetters, parameters, transport, surroundings))
    return new Aftercare(retry, surroundings, letters)
  }

  /** Waits until the next attempt is due, or until the message lies safe among the dead letters. */
  async see(incoming: IncomingMessage, failure: Failure): Promise<Outcome> {
    const { signal } = this.#closed
    if (failure.mayPass && failure.attempts < this.#retry.attempts) {
      await pause(this.#delayMs(failure.attempts), { clock: this.#surroundings.clock, signal })
      return signal.aborted ? 'closed' : 'again'
    }
    if (this.#deadLetters === undefined) return 'unsettled'
    return (await this.#deadLetters.keep(incoming, failure, signal)) ? 'kept' : 'closed'
  }

  /** Nobody waits for another attempt any more. */
  async close(): Promise<void> {
    this.#closed.abort()
    await this.#deadLetters?.close()
  }

  #delayMs(attempts: number): number {
    const { delayMs: firstMs, mostDelayMs: longestMs } = this.#retry
    return backOffMs(attempts - 1, { firstMs, longestMs }, this.#surroundings.random)
  }
}
