import { pause, systemClock } from '../../base/clock.ts'
import { reasonOf } from '../messages/surroundings.ts'
import type { RetrySettings } from './settings.ts'

/** What a bridge says of a service, under the words of SINETStream's bridge. */
export type Say = (service: string, word: Word, why?: string) => void

export type Word =
  | 'STARTED'
  | 'CONNECTION ERROR'
  | 'DISCONNECTED'
  | 'RECONNECTING'
  | 'RECONNECTED'
  | 'TERMINATED'
  /** Ours: a message that a service does not take, or that cannot be read. */
  | 'MESSAGE PASSED OVER'

export interface Circumstances {
  readonly retry: RetrySettings
  readonly say: Say
  readonly ended: AbortSignal
}

interface End {
  close(): Promise<void>
}

/** One service of a bridge: its Reader or Writer, opened again when it fails, until it fails too often. */
export class Link<Kind extends End> {
  readonly service: string
  readonly #connect: () => Promise<Kind>
  readonly #circumstances: Circumstances
  #held: Kind | undefined
  #current: Promise<Kind | undefined>
  /** In a row. */
  #failures = 0
  #isGivenUp = false

  private constructor(
    service: string,
    connect: () => Promise<Kind>,
    circumstances: Circumstances,
    held: Kind,
  ) {
    this.service = service
    this.#connect = connect
    this.#circumstances = circumstances
    this.#held = held
    this.#current = Promise.resolve(held)
  }

  /** Throws where it cannot be opened: a bridge begins with all its services or not at all. */
  static async open<Kind extends End>(
    service: string,
    connect: () => Promise<Kind>,
    circumstances: Circumstances,
  ): Promise<Link<Kind>> {
    try {
      return new Link(service, connect, circumstances, await connect())
    } catch (error) {
      circumstances.say(service, 'CONNECTION ERROR', reasonOf(error))
      throw error
    }
  }

  /** Waits while it is being opened again; undefined when it has failed too often, or the bridge ends. */
  get end(): Promise<Kind | undefined> {
    return this.#current
  }

  get isGivenUp(): boolean {
    return this.#isGivenUp
  }

  /** It carried a message: earlier failures do not count any more. */
  worked(): void {
    this.#failures = 0
  }

  /** This end failed: it is opened again. Who else notices it, too, changes nothing. */
  failed(end: Kind, error: unknown): void {
    if (this.#held !== end) return
    this.#held = undefined
    this.#current = this.#openAgain(end, error)
  }

  async close(): Promise<void> {
    const end = await this.#current
    await end?.close()
  }

  async #openAgain(lost: Kind, error: unknown): Promise<Kind | undefined> {
    const { retry, say, ended } = this.#circumstances
    say(this.service, 'DISCONNECTED', reasonOf(error))
    // It is lost already; how it goes does not matter.
    await lost.close().catch(() => {})
    while (this.#failures < retry.connectMax) {
      await pause(Math.min(retry.minDelayMs * 2 ** this.#failures, retry.maxDelayMs), {
        clock: systemClock,
        signal: ended,
      })
      if (ended.aborted) return undefined
      this.#failures += 1
      say(this.service, 'RECONNECTING')
      try {
        const end = await this.#connect()
        say(this.service, 'RECONNECTED')
        this.#held = end
        return end
      } catch (failure) {
        say(this.service, 'CONNECTION ERROR', reasonOf(failure))
      }
    }
    say(this.service, 'TERMINATED')
    this.#isGivenUp = true
    return undefined
  }
}
