import type { Clock } from '../../../base/clock.ts'
import type { SourceDialect } from '../dialects/dialect.ts'
import type { Session } from '../session.ts'
import type { Openness } from './settled.ts'

/**
 * How often a database is asked, for all tables of a task together: MySQL's list is made anew only
 * where nobody has looked at it for 100 ms.
 */
const askEveryMs = 250

interface Known extends Openness {
  /** By our clock, before the database was asked. */
  readonly askedMs: number
}

/** What a database told last of the transactions that are open. */
export class OpenTransactions {
  readonly #dialect: SourceDialect
  readonly #clock: Clock
  #session: Session | undefined
  #known: Known | undefined
  #dueMs = Number.NEGATIVE_INFINITY

  constructor(dialect: SourceDialect, clock: Clock) {
    this.#dialect = dialect
    this.#clock = clock
  }

  /**
   * It may be some time old, with `nowMs` as it was then: what was settled stays so. Undefined as long
   * as the database has not told it to this session.
   */
  async known(session: Session): Promise<Openness | undefined> {
    if (session !== this.#session) {
      this.#session = session
      this.#known = undefined
      this.#dueMs = Number.NEGATIVE_INFINITY
    }
    const askedMs = this.#clock.now()
    if (askedMs >= this.#dueMs) {
      const openness = await this.#dialect.openness(session)
      this.#dueMs = this.#clock.now() + askEveryMs
      if (openness !== undefined) this.#known = { ...openness, askedMs }
    }
    return this.#known
  }

  /** The database's time now, or a little later; undefined as `known` is. */
  get nowMs(): number | undefined {
    const known = this.#known
    return known && known.nowMs + (this.#clock.now() - known.askedMs)
  }
}
