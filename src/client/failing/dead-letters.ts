/** Where messages go that cannot be read, or were tried in vain. */
import { pause } from '../../base/clock.ts'
import { isRetriable } from '../../base/errors.ts'
import { clientEndError } from '../end-errors.ts'
import type { ServiceParameters } from '../service/index.ts'
import type { IncomingMessage, Outlet, Surroundings, Transport } from '../transports/transport.ts'
import { deadLetterHeaders } from './dead-letter-headers.ts'
import type { Failure } from './failure.ts'

/** So long after a broker that is away was asked in vain it is asked again. */
const patienceMs = 1000

export class DeadLetters {
  readonly #topic: string
  readonly #outlet: Outlet
  readonly #headerText: 'utf-8' | 'ascii'
  readonly #surroundings: Surroundings

  private constructor(
    topic: string,
    outlet: Outlet,
    headerText: 'utf-8' | 'ascii',
    surroundings: Surroundings,
  ) {
    this.#topic = topic
    this.#outlet = outlet
    this.#headerText = headerText
    this.#surroundings = surroundings
  }

  /**
   * A connection of its own to the service's broker, which acknowledges whatever the service's
   * consistency.
   * @throws InvalidArgumentError where messages have no headers to say what happened, and for a
   *   topic that the reader itself reads: its letters would come back for ever
   */
  static async open(
    { topic }: { readonly topic: string },
    parameters: ServiceParameters,
    transport: Transport,
    surroundings: Surroundings,
  ): Promise<DeadLetters> {
    const { headers } = transport.carriage(parameters)
    if (headers === 'none') throw clientEndError('dead-letters-headers', undefined)
    if (parameters.topics.some((wanted) => transport.reads(wanted, topic))) {
      throw clientEndError('dead-letters-loop', { topic })
    }
    const own = new Set(transport.ownSpecKeys)
    const spec = Object.entries(parameters.spec).filter(([key]) => !own.has(key))
    const outlet = await transport.openOutlet(
      {
        ...parameters,
        topics: [topic],
        consistency: 'AT_LEAST_ONCE',
        clientId: `${parameters.clientId}-dead-letters`,
        spec: Object.fromEntries(spec),
      },
      surroundings,
    )
    return new DeadLetters(topic, outlet, headers, surroundings)
  }

  /**
   * Resolves with true when the broker has acknowledged the letter: its bytes are the message's. With
   * false if the signal aborts before. Throws what no waiting will change.
   */
  async keep(incoming: IncomingMessage, failure: Failure, signal: AbortSignal): Promise<boolean> {
    const { clock, logger } = this.#surroundings
    const { key, bytes, timestampUs, contentType } = incoming
    const headers = deadLetterHeaders(incoming, failure, clock.now(), this.#headerText)
    const letter = { topic: this.#topic, bytes, timestampUs, key, headers, contentType }
    while (!signal.aborted) {
      try {
        await this.#outlet.publish(letter)
        const facts = { topic: incoming.topic, ...incoming.place, error: String(failure.error) }
        logger.warn('A message lies among the dead letters', { ...facts, letters: this.#topic })
        return true
      } catch (error) {
        if (signal.aborted) return false
        if (!isRetriable(error)) throw error
        const facts = { letters: this.#topic, error: error.message }
        logger.warn('A message cannot be put among the dead letters yet; trying again', facts)
        await pause(patienceMs, { clock, signal })
      }
    }
    return false
  }

  async close(): Promise<void> {
    await this.#outlet.close()
  }
}
