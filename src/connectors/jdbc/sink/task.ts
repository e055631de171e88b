import type { Clock } from '../../../base/clock.ts'
import {
  RetriableError,
  type SinkContext,
  type SinkRecord,
  type SinkTask,
  type TopicPartition,
  type TopicPosition,
} from '../../../connect/kit/index.ts'
import type { Address } from '../address.ts'
import { connectPatiently } from '../connect.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { dialects } from '../dialects/index.ts'
import { jdbcError } from '../errors.ts'
import { failureOf } from '../failures.ts'
import type { Patience } from '../options/connection.ts'
import { inTransaction, type Session } from '../session.ts'
import { Positions } from './positions.ts'
import { writeRun } from './rows.ts'
import { type Run, runsOf } from './runs.ts'
import { type SinkSettings, type SinkValues, sinkSettings } from './settings.ts'
import { type TablePlan, TablePlans } from './table-plans.ts'

export async function openSink(
  context: SinkContext<SinkValues>,
  address: Address,
  patience: Patience,
): Promise<SinkTask> {
  const { unheeded } = address
  if (unheeded.length > 0) {
    context.logger.warn('parameters of connection.url that have no effect', { unheeded })
  }
  const dialect = dialects[address.system]
  const settings = sinkSettings(context.values)
  const session = await connectPatiently(dialect, address, patience, context)
  return new JdbcSinkTask(context, address, dialect, settings, session)
}

/** Writes what it is given in one transaction a `put`. */
class JdbcSinkTask implements SinkTask {
  readonly #address: Address
  readonly #dialect: Dialect
  readonly #settings: SinkSettings
  readonly #plans: TablePlans
  readonly #positions: Positions | undefined
  readonly #clock: Clock
  /** None after the database went away, until it is asked again. */
  #session: Session | undefined
  #failures = 0

  constructor(
    { connector, logger, clock }: SinkContext<SinkValues>,
    address: Address,
    dialect: Dialect,
    settings: SinkSettings,
    session: Session,
  ) {
    this.#address = address
    this.#dialect = dialect
    this.#settings = settings
    this.#plans = new TablePlans(dialect, settings, logger)
    this.#positions = settings.exactlyOnce ? new Positions(connector, dialect.positions) : undefined
    this.#clock = clock
    this.#session = session
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly TopicPosition[]> {
    const positions = this.#positions
    if (positions === undefined) return []
    return await this.#trying('the positions', (session) => positions.claim(session, partitions))
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<void> {
    this.#positions?.release(partitions)
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    if (records.length === 0) return
    await this.#trying('the records', (session) => this.#write(records, session))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.close()
  }

  async #write(records: readonly SinkRecord[], session: Session): Promise<void> {
    const runs = runsOf(records, this.#settings)
    // Tables are changed first, because MySQL ends a transaction when it changes one.
    const planned: { run: Run; plan: TablePlan }[] = []
    for (const run of runs) {
      const plan = await this.#plans.planOf(run, session)
      if (plan !== undefined) planned.push({ run, plan })
    }
    await inTransaction(session, async () => {
      const fresh = await this.#positions?.advance(session, records)
      for (const { run, plan } of planned) {
        await writeRun(onlyFresh(run, fresh), plan, session, this.#settings)
      }
    })
  }

  async #trying<Result>(
    doing: string,
    action: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    try {
      this.#session ??= await this.#dialect.connect(this.#address, this.#clock)
      const result = await action(this.#session)
      this.#failures = 0
      return result
    } catch (error) {
      throw await this.#told(error, doing)
    }
  }

  async #told(error: unknown, doing: string): Promise<Error> {
    const { discreet, retryBackoffMs, mostRetries } = this.#settings
    const failure = failureOf(this.#dialect, error, doing, { discreet, retryMs: retryBackoffMs })
    if (!(failure instanceof RetriableError)) return failure
    // Whatever was the matter, the next attempt begins with nothing known.
    await this.#session?.close()
    this.#session = undefined
    this.#plans.forget()
    this.#failures += 1
    if (this.#failures <= mostRetries) return failure
    const attempts = this.#failures
    return jdbcError('retries-exhausted', {
      attempts,
      setting: 'max.retries',
      why: failure.message,
    })
  }
}

function onlyFresh(run: Run, fresh: ReadonlySet<SinkRecord> | undefined): Run {
  if (fresh === undefined || run.records.every((record) => fresh.has(record))) return run
  return { ...run, records: run.records.filter((record) => fresh.has(record)) }
}
