import { atMost, type Clock } from '../../base/clock.ts'

/** One statement as a database takes it. */
export interface Statement {
  readonly sql: string
  readonly values?: readonly (string | null)[]
}

/** A row as its values in the order of the columns: texts, bytes as `Buffer`, or null. */
export type Row = readonly (string | Buffer | null)[]

/** A connection with one conversation on it. */
export interface Session {
  /** Runs a statement and tells how many rows it found or made. */
  run(statement: Statement): Promise<number>
  /** The rows of a small answer. */
  ask(statement: Statement): Promise<readonly Row[]>
  /** The rows of an answer of any size, a few at a time. */
  read(statement: Statement): Promise<Reading>
  /** The most bytes that a statement may have. */
  readonly mostStatementBytes: number
  /** Ends the connection; never fails. */
  close(): Promise<void>
}

export interface Reading {
  readonly columns: readonly ResultColumn[]
  /** As many rows as there are up to `count`; fewer only at the end. */
  next(count: number): Promise<readonly Row[]>
  /** Leaves the rest unread. */
  close(): Promise<void>
}

/** A column of an answer. */
export interface ResultColumn {
  readonly name: string
  /** As the database calls it, in small letters and without its size: `decimal`, `timestamptz`. */
  readonly type: string
  readonly optional: boolean
  readonly unsigned: boolean
  /** Digits in all and after the point, of a number; undefined where the column does not limit them. */
  readonly precision: number | undefined
  readonly scale: number | undefined
  /** Digits after the point of the seconds, of a time. */
  readonly fraction: number
}

/** How long a single statement may take before the database counts as gone. */
const statementTimeoutMs = 10 * 60_000

/** How long a polite end may take before the line is cut. */
const farewellMs = 1_000

/** What the database says; saying nothing for long is being gone. The drivers' own timers outlive a connection. */
export async function answerOf<Answer>(answer: Promise<Answer>, clock: Clock): Promise<Answer> {
  if (await atMost(clock, statementTimeoutMs, answer)) return await answer
  throw new Error(`no answer within ${statementTimeoutMs} ms`)
}

/** Whether a connection could be ended as its protocol has it. */
export async function saidFarewell(end: Promise<void>, clock: Clock): Promise<boolean> {
  return await atMost(clock, farewellMs, end)
}

/** Runs all of `action`, or nothing: where it throws, the database is as it was. */
export async function inTransaction(session: Session, action: () => Promise<void>): Promise<void> {
  await session.run({ sql: 'BEGIN' })
  try {
    await action()
    await session.run({ sql: 'COMMIT' })
  } catch (error) {
    // Without a connection the database rolls back by itself, so the session is of no further use.
    await session.run({ sql: 'ROLLBACK' }).catch(() => session.close())
    throw error
  }
}
