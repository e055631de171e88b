import type { Clock } from '../../base/clock.ts'
import {
  BadRecordError,
  type SinkContext,
  type SinkRecord,
  type SinkTask,
  type TopicPartition,
  type TopicPosition,
} from '../../connect/kit/index.ts'
import type { Address } from './address.ts'
import { Offsets } from './offsets.ts'
import { type Command, openPatiently, Session } from './session.ts'

export interface RedisWriting {
  readonly address: Address
  /** What the keys that hold offsets begin with. */
  readonly offsetKeyPrefix: string
  /** What a record does in Redis; throws `BadRecordError`. */
  readonly commandsOf: (record: SinkRecord) => readonly Command[]
}

/** What goes to Redis in one transaction at most; one record may be larger. */
const mostRecords = 1000
const mostBytes = 16 * 1024 * 1024

export async function openRedisSink(
  context: SinkContext<unknown>,
  writing: RedisWriting,
): Promise<SinkTask> {
  return new RedisSinkTask(context.clock, writing, await openPatiently(writing.address, context))
}

/** Writes records and the offsets behind them in one transaction (MULTI). */
class RedisSinkTask implements SinkTask {
  readonly #clock: Clock
  readonly #writing: RedisWriting
  readonly #offsets: Offsets
  /** None after the connection broke, until it is needed again. */
  #session: Session | undefined
  /** What the next connection has to do first. */
  #owed: readonly Command[] = []

  constructor(clock: Clock, writing: RedisWriting, session: Session) {
    this.#clock = clock
    this.#writing = writing
    this.#offsets = new Offsets(writing.offsetKeyPrefix)
    this.#session = session
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly TopicPosition[]> {
    return await this.#trying((session) => this.#offsets.load(session, partitions))
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<void> {
    this.#offsets.forget(partitions)
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    await this.#trying(async (session) => {
      const fresh = records.filter(({ origin }) => !this.#offsets.has(origin))
      for (const piece of piecesOf(fresh)) await this.#write(piece, session)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session?.close()
  }

  async #write(records: readonly SinkRecord[], session: Session): Promise<void> {
    const commands = records.flatMap((record) => this.#writing.commandsOf(record))
    const positions = positionsBehind(records)
    const { forward, back } = this.#offsets.commandsFor(positions)
    try {
      await session.runTogether([...commands, ...forward])
    } catch (error) {
      // Redis has done the other commands of the transaction: the offsets must not say so.
      if (error instanceof BadRecordError) {
        this.#owed = back
        await this.#payOwed(session)
      }
      throw error
    }
    this.#offsets.moved(positions)
  }

  async #trying<Result>(action: (session: Session) => Promise<Result>): Promise<Result> {
    try {
      this.#session ??= await this.#reopen()
      return await action(this.#session)
    } catch (error) {
      if (!(error instanceof BadRecordError)) {
        this.#session?.close()
        this.#session = undefined
      }
      throw error
    }
  }

  async #reopen(): Promise<Session> {
    const session = await Session.open(this.#writing.address, this.#clock)
    try {
      await this.#payOwed(session)
      await this.#offsets.reload(session)
      return session
    } catch (error) {
      session.close()
      throw error
    }
  }

  async #payOwed(session: Session): Promise<void> {
    if (this.#owed.length > 0) await session.runTogether(this.#owed)
    this.#owed = []
  }
}

function piecesOf(records: readonly SinkRecord[]): SinkRecord[][] {
  const pieces: SinkRecord[][] = []
  let bytes = 0
  for (const record of records) {
    const piece = pieces[pieces.length - 1]
    const size = record.origin.value?.length ?? 0
    if (piece !== undefined && piece.length < mostRecords && bytes + size <= mostBytes) {
      piece.push(record)
      bytes += size
    } else {
      pieces.push([record])
      bytes = size
    }
  }
  return pieces
}

function positionsBehind(records: readonly SinkRecord[]): TopicPosition[] {
  const last = new Map<string, TopicPosition>()
  for (const { origin } of records) {
    const { topic, partition, offset } = origin
    last.set(`${topic}/${partition}`, { topic, partition, next: offset + 1n })
  }
  return [...last.values()]
}
