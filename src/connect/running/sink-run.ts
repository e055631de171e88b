import { once } from 'node:events'
import { type Clock, pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { Mailbox } from '../../base/mailbox.ts'
import type { Random } from '../../base/random.ts'
import { isGenerationEnd } from '../../client/index.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import { mayPass, sentenceOf } from '../errors.ts'
import {
  type RecordOrigin,
  RetriableError,
  type SinkRecord,
  type SinkTask,
  type TopicPosition,
} from '../kit/index.ts'
import type { Conversion } from './conversion.ts'
import { type ErrorPolicy, retryDelayMs } from './error-policy.ts'
import { putIsolated } from './isolation.ts'
import { toSinkRecords } from './sink-records.ts'
import type { TaskMeter } from './task-meter.ts'

export interface SinkRunOptions {
  readonly task: SinkTask
  /** The connector's name, where it is what failed. */
  readonly executing: string
  readonly conversion: Conversion
  readonly policy: ErrorPolicy<RecordOrigin>
  readonly commit: (positions: readonly TopicPosition[]) => Promise<void>
  readonly meter: TaskMeter
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Of one `put`. */
  readonly mostRecords: number
  readonly commitIntervalMs: number
  readonly longestRetryMs: number
  readonly onTopic: (topic: string) => void
  readonly onDone: () => void
}

/** Records of one partition that wait to be put. */
interface Piece {
  readonly generation: AbortSignal
  readonly topic: string
  readonly partition: number
  /** Fewer than were read, where some were dropped or passed over. */
  readonly records: readonly SinkRecord[]
  readonly readCount: number
  readonly readBytes: number
  /** Of the record behind the last one. */
  readonly next: bigint
}

/** Beyond this, fetching waits: memory is bounded by it and by one answer of each broker. */
const mostWaitingBytes = 2 * 1024 * 1024
/** What a record weighs beside its own bytes, as objects of this process. */
const objectBytes = 1024
const mostPieceRecords = 500

/**
 * One task of a sink at work: what is fetched is converted at once, while the task is busy with what
 * came before, waits in one place, is put in batches as large as what waits, and committed when it is
 * where it belongs. The task is asked for one thing at a time, and gets nothing of a partition that
 * is no longer ours.
 */
export class SinkRun {
  readonly #options: SinkRunOptions
  readonly #pieceRecords: number
  readonly #inbox: Mailbox<Piece>
  /** By `topic/partition`: what has been put, and what of it is committed. */
  readonly #positions = new Map<string, TopicPosition>()
  readonly #committed = new Map<string, bigint>()
  /** Of the partitions that are ours: behind what the task has been given. */
  readonly #given = new Map<string, bigint>()
  #generation = new AbortController()
  #lastCommitMs: number
  /** The end of the line of those that want the task. */
  #line: Promise<unknown> = Promise.resolve()

  constructor(options: SinkRunOptions) {
    this.#options = options
    this.#pieceRecords = Math.min(mostPieceRecords, options.mostRecords)
    this.#lastCommitMs = options.clock.now()
    const weigh = ({ readBytes, readCount }: Piece) => readBytes + readCount * objectBytes
    this.#inbox = new Mailbox(mostWaitingBytes, options.clock, { weigh })
    options.signal.addEventListener('abort', () => this.#inbox.close())
  }

  /** Until it is stopped; what a task cannot go on after is thrown. */
  async work(): Promise<void> {
    const { signal } = this.#options
    try {
      while (!signal.aborted) {
        const first = await this.#inbox.take(this.#untilCommitMs())
        const pieces = first === undefined ? [] : this.#gather(first)
        await this.#alone(async () => {
          await this.#deliver(pieces)
          await this.#commitWhenDue()
        })
      }
    } finally {
      // Fetching must not wait for a run that has ended.
      this.#inbox.close()
    }
  }

  /** Resolves when there is room for more. */
  async take(
    topic: string,
    partition: number,
    records: readonly Record[],
    end: bigint,
  ): Promise<void> {
    const { meter, onTopic } = this.#options
    const generation = this.#generation.signal
    meter.ends.set(`${topic}/${partition}`, end)
    onTopic(topic)
    try {
      for (let from = 0; from < records.length; from += this.#pieceRecords) {
        if (generation.aborted) return
        const some = records.slice(from, from + this.#pieceRecords)
        await this.#inbox.put(await this.#piece(generation, topic, partition, some))
      }
    } catch (error) {
      if (generation.aborted) return
      // What came before is still put, and nothing that comes behind it.
      this.#inbox.fail(error)
      await once(generation, 'abort')
    }
  }

  /** Where reading is to begin, where the task says so. */
  async assigned(positions: readonly TopicPosition[]): Promise<readonly TopicPosition[]> {
    this.#generation = new AbortController()
    return await this.#alone(async () => {
      const { task, meter } = this.#options
      const moved = (await task.assigned?.(positions)) ?? []
      for (const { topic, partition, next } of [...positions, ...moved]) {
        this.#given.set(`${topic}/${partition}`, next)
        meter.positions.set(`${topic}/${partition}`, next)
      }
      return moved
    })
  }

  /** Resolves when nothing of these partitions is under way any more and what was put is committed. */
  async revoked(positions: readonly TopicPosition[]): Promise<void> {
    this.#generation.abort()
    this.#inbox.clear()
    await this.#alone(async () => {
      const { task, meter, logger } = this.#options
      try {
        await this.#commit()
      } catch (error) {
        logger.warn('A last commit failed; records are put again', { error: sentenceOf(error) })
      }
      await task.revoked?.(positions)
      this.#positions.clear()
      this.#committed.clear()
      this.#given.clear()
      meter.positions.clear()
      meter.ends.clear()
    })
  }

  async #piece(
    generation: AbortSignal,
    topic: string,
    partition: number,
    read: readonly Record[],
  ): Promise<Piece> {
    const { conversion, policy } = this.#options
    const origins = read.map((record) => ({ topic, partition, ...record }))
    return {
      ...{ generation, topic, partition },
      records: await toSinkRecords(origins, conversion, policy),
      readCount: read.length,
      readBytes: read.reduce((sum, record) => sum + bytesOf(record), 0),
      next: (read.at(-1)?.offset ?? -1n) + 1n,
    }
  }

  #gather(first: Piece): Piece[] {
    const most = this.#options.mostRecords - this.#pieceRecords
    const pieces = [first]
    let count = first.readCount
    while (count <= most) {
      const more = this.#inbox.poll()
      if (more === undefined) break
      pieces.push(more)
      count += more.readCount
    }
    return pieces
  }

  async #deliver(pieces: readonly Piece[]): Promise<void> {
    const ours = pieces.filter(({ generation }) => !generation.aborted)
    const [first] = ours
    if (first === undefined) return
    const { policy, executing, meter, signal, onDone } = this.#options
    const stop = AbortSignal.any([first.generation, signal])
    const records = ours.flatMap((piece) => piece.records)
    const passOver = ({ origin }: SinkRecord, error: Error) =>
      policy.passOver(origin, { stage: 'TASK_PUT', executing, error })
    try {
      await putIsolated(records, (batch) => this.#put(batch, stop), passOver)
    } catch (error) {
      if (error === abandoned) return
      throw error
    }
    for (const { topic, partition, next, readCount, readBytes } of ours) {
      this.#positions.set(`${topic}/${partition}`, { topic, partition, next })
      this.#given.set(`${topic}/${partition}`, next)
      meter.positions.set(`${topic}/${partition}`, next)
      meter.read += readCount
      meter.bytes.add(readBytes)
    }
    onDone()
  }

  /** Waits for the other system as long as it takes, or until the records are no longer ours. */
  async #put(batch: readonly SinkRecord[], stop: AbortSignal): Promise<void> {
    const { task, meter, clock, random, logger, longestRetryMs } = this.#options
    for (let attempt = 0; ; attempt++) {
      if (stop.aborted) throw abandoned
      try {
        await task.put(batch)
        meter.written.add(batch.length)
        return
      } catch (error) {
        if (!(error instanceof RetriableError)) throw error
        meter.retries += 1
        const delayMs = error.afterMs ?? retryDelayMs(attempt, longestRetryMs, random)
        logger.warn('A put is tried again', { error: error.message, delayMs: Math.round(delayMs) })
        await pause(delayMs, { clock, signal: stop })
      }
    }
  }

  #untilCommitMs(): number {
    const { clock, commitIntervalMs } = this.#options
    return Math.max(1, this.#lastCommitMs + commitIntervalMs - clock.now())
  }

  async #commitWhenDue(): Promise<void> {
    const { clock, commitIntervalMs, logger } = this.#options
    if (clock.now() - this.#lastCommitMs < commitIntervalMs) return
    this.#lastCommitMs = clock.now()
    try {
      await this.#commit()
    } catch (error) {
      // Where the group is shared out anew, others go on from the last commit; else the next one has it.
      if (!isGenerationEnd(error) && !mayPass(error)) throw error
      logger.debug('A commit did not come through', { error: sentenceOf(error) })
    }
  }

  async #commit(): Promise<void> {
    const { task, commit } = this.#options
    const safe =
      task.settled === undefined
        ? [...this.#positions.values()]
        : (await task.settled()).filter((one) => this.#mayBeSettled(one))
    const fresh = safe.filter(
      ({ topic, partition, next }) => this.#committed.get(`${topic}/${partition}`) !== next,
    )
    if (fresh.length === 0) return
    await commit(fresh)
    for (const { topic, partition, next } of fresh) {
      this.#committed.set(`${topic}/${partition}`, next)
    }
    await task.committed?.(fresh)
  }

  /** As in Kafka Connect, what a task says of others' partitions, or of records it never got, is not committed. */
  #mayBeSettled({ topic, partition, next }: TopicPosition): boolean {
    const given = this.#given.get(`${topic}/${partition}`)
    if (given !== undefined && next <= given) return true
    this.#options.logger.warn('A task calls settled what it was not given; that is not committed', {
      ...{ topic, partition, settled: next, given },
    })
    return false
  }

  /** The task is asked for one thing at a time. */
  #alone<Value>(action: () => Promise<Value>): Promise<Value> {
    const turn = this.#line.then(action, action)
    this.#line = turn.catch(() => undefined)
    return turn
  }
}

/** Records that stopped being ours while they waited to be put again. */
const abandoned = new Error('the records are no longer ours')

function bytesOf({ key, value }: Record): number {
  return (key?.length ?? 0) + (value?.length ?? 0)
}
