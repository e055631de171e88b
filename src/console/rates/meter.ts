import { type Clock, pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { KafkaClient } from '../../client/index.ts'
import { type Lags, type Measured, measureEnds, measureLags } from './measure.ts'

/** What is told to everybody who listens. */
export interface Reading {
  readonly now: Measured
  /** Undefined at first. */
  readonly before: Measured | undefined
  readonly lags: Lags
}

type Listener = (reading: Reading) => void

const everyMs = 1000
/** Of thousands of partitions it is measured less often: so many times as long as it took. */
const leastRest = 20
/** Whatever a clock says that was set, or a machine that slept in between. */
const longestRestMs = 60_000
/** Each group is a request of its own. */
const lagsEveryMs = 5000

/** Measures for all who listen at once, each second or less often, and not at all while nobody does. */
export class RateMeter {
  readonly #client: () => Promise<KafkaClient>
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #listeners = new Set<Listener>()
  #running: Promise<void> | undefined

  constructor(client: () => Promise<KafkaClient>, clock: Clock, logger: Logger) {
    this.#client = client
    this.#clock = clock
    this.#logger = logger
  }

  /** Begins to listen; the result ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return () => this.#listeners.delete(listener)
  }

  async #run(): Promise<void> {
    const clock = this.#clock
    let before: Measured | undefined
    let lags: Lags = new Map()
    let lagsDueMs = clock.now()
    while (this.#listeners.size > 0) {
      const startedMs = clock.now()
      let restMs = everyMs
      try {
        const client = await this.#client()
        const now = await measureEnds(client, startedMs)
        restMs = restAfter(clock.now() - startedMs, everyMs)
        const lagsInMs = lagsDueMs - clock.now()
        if (lagsInMs <= 0 || lagsInMs > longestRestMs) {
          const lagsStartedMs = clock.now()
          lags = await measureLags(client)
          lagsDueMs = clock.now() + restAfter(clock.now() - lagsStartedMs, lagsEveryMs)
        }
        for (const listener of this.#listeners) listener({ now, before, lags })
        before = now
      } catch (error) {
        // Whoever looks sees that nothing comes; it goes on when the cluster answers again.
        this.#logger.debug('The rates could not be measured', { error: String(error) })
      }
      await pause(restMs, { clock })
    }
  }
}

function restAfter(tookMs: number, everyMs: number): number {
  return Math.min(longestRestMs, Math.max(everyMs - tookMs, tookMs * leastRest))
}
