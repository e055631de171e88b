import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Will } from '../protocols/mqtt/index.ts'
import { sentence } from './errors.ts'
import type { Publisher } from './publisher.ts'

/**
 * Wills of clients whose connection broke, published at once or after their delay. A client that
 * comes back before takes its will back. At a shutdown none is published: the server left, not the
 * clients.
 */
export class Wills {
  readonly #publisher: Publisher
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #waiting = new Map<string, { timer: Timer; will: Will }>()

  constructor(publisher: Publisher, clock: Clock, logger: Logger) {
    this.#publisher = publisher
    this.#clock = clock
    this.#logger = logger
  }

  /** The will is due after its delay, or when the session ends if that is earlier. */
  schedule(clientId: string, will: Will, sessionExpirySeconds: number): void {
    const delay = Math.min(will.properties.willDelayInterval ?? 0, sessionExpirySeconds)
    this.cancel(clientId)
    if (delay === 0) {
      void this.#publish(clientId, will)
      return
    }
    const timer = this.#clock.after(delay * 1000, () => {
      this.#waiting.delete(clientId)
      void this.#publish(clientId, will)
    })
    this.#waiting.set(clientId, { timer, will })
  }

  cancel(clientId: string): void {
    this.#waiting.get(clientId)?.timer.cancel()
    this.#waiting.delete(clientId)
  }

  /** The session is over before its will was due. */
  publishNow(clientId: string): void {
    const waiting = this.#waiting.get(clientId)
    this.cancel(clientId)
    if (waiting !== undefined) void this.#publish(clientId, waiting.will)
  }

  close(): void {
    for (const { timer } of this.#waiting.values()) timer.cancel()
    this.#waiting.clear()
  }

  async #publish(clientId: string, will: Will): Promise<void> {
    const { willDelayInterval: _, ...properties } = will.properties
    const publication = { ...will, properties, clientId, signed: false }
    try {
      const destination = await this.#publisher.destination(will.topic, clientId)
      await this.#publisher.publish(publication, destination)
    } catch (error) {
      this.#logger.warn('A will could not be published', {
        clientId,
        topic: will.topic,
        error: sentence(error),
      })
    }
  }
}
