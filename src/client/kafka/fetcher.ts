import { MalformedBytes } from '../../base/bytes.ts'
import { pause } from '../../base/clock.ts'
import { isRetriable } from '../../base/errors.ts'
import { Fetch } from '../../protocols/kafka/apis/01-fetch.ts'
import { describeErrorCode, errorCode } from '../../protocols/kafka/error-codes.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import type { Cluster } from './cluster.ts'
import { answeredError, clientError } from './errors.ts'
import { type FetchedBatch, readFetched, readFetchedBatches } from './fetched-records.ts'
import { isolationLevel } from './isolation.ts'
import { type AskedOffset, listOffsets } from './offsets.ts'
import { type Patience, retryDelayMs } from './retry.ts'

export type FetchPosition = bigint | 'earliest' | 'latest'

export type FetcherOptions = FetcherSettings & (TakesRecords | TakesBatches)

/** What is done with records that were read. */
export type RecordsHandler = TakesRecords['onRecords']

interface TakesRecords {
  /** The next fetch waits for it. What it throws ends the partition and goes to `onError`. */
  readonly onRecords: (
    topic: string,
    partition: number,
    records: Record[],
    highWatermark: bigint,
  ) => void | Promise<void>
}

interface TakesBatches {
  /** Instead of records, for who passes them on; the first may begin before the position `from`. */
  readonly onBatches: (
    topic: string,
    partition: number,
    batches: readonly FetchedBatch[],
    from: bigint,
  ) => void | Promise<void>
}

interface FetcherSettings {
  readonly minBytes?: number
  /** Of one answer; it bounds the memory, together with the number of brokers. */
  readonly maxBytes?: number
  readonly maxPartitionBytes?: number
  /** How long a broker may keep a fetch that finds nothing. */
  readonly maxWaitMs?: number
  /** Leaves out records of transactions that were aborted, and waits for those that are open. */
  readonly committedOnly?: boolean
  /** Where to go on when the position does not exist any more; without it that is an error. */
  readonly reset?: 'earliest' | 'latest' | undefined
  /** How far a partition is read, past what is no record as well (markers, what was compacted). */
  readonly onPosition?: (topic: string, partition: number, next: bigint) => void
  /** The partition cannot be read on and is unassigned; what passes by itself is not told. */
  readonly onError: (error: unknown, topic: string, partition: number) => void
}

export interface FetcherParts {
  readonly cluster: Cluster
  readonly patience: Patience
  readonly lane: string
  readonly requestTimeoutMs: number
  readonly onClose: () => void
}

interface Assignment {
  readonly topic: string
  readonly partition: number
  position: FetchPosition
  /** The broker to fetch from, while it is known. */
  leader: number | undefined
  isSettling: boolean
  isPaused: boolean
  failures: number
}

const defaults = {
  minBytes: 1,
  maxBytes: 16 * 1024 * 1024,
  maxPartitionBytes: 1024 * 1024,
  maxWaitMs: 500,
  committedOnly: false,
}
/** Topic ids take the place of names in version 13. */
const byName = 12
/** Asks for no fetch session (KIP-227). */
const withoutSession = { sessionId: 0, sessionEpoch: -1 }

type PartitionAnswer = MessageOf<
  (typeof Fetch)['response']
>['responses'][number]['partitions'][number]

/** Reads partitions as they grow, with one long poll at a time for each broker. */
export class Fetcher implements AsyncDisposable {
  readonly #parts: FetcherParts
  readonly #options: typeof defaults & FetcherOptions
  readonly #assigned = new Map<string, Assignment>()
  readonly #loops = new Map<number, Promise<void>>()
  #isClosed = false

  constructor(parts: FetcherParts, options: FetcherOptions) {
    this.#parts = parts
    this.#options = { ...defaults, ...options }
  }

  /** Reads the partition from there on; an earlier assignment of it ends. */
  assign(topic: string, partition: number, position: FetchPosition): void {
    if (this.#isClosed) throw clientError('client-closed', undefined)
    const assignment: Assignment = {
      topic,
      partition,
      position,
      leader: undefined,
      isSettling: false,
      isPaused: false,
      failures: 0,
    }
    this.#assigned.set(keyOf(topic, partition), assignment)
    void this.#settle(assignment)
  }

  unassign(topic: string, partition: number): void {
    this.#assigned.delete(keyOf(topic, partition))
  }

  pause(topic: string, partition: number): void {
    const assignment = this.#assigned.get(keyOf(topic, partition))
    if (assignment !== undefined) assignment.isPaused = true
  }

  resume(topic: string, partition: number): void {
    const assignment = this.#assigned.get(keyOf(topic, partition))
    if (assignment === undefined) return
    assignment.isPaused = false
    this.#start(assignment.leader)
  }

  /** Resolves when no handler runs any more. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#assigned.clear()
    this.#parts.onClose()
    await Promise.all(this.#loops.values())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #isCurrent(one: Assignment): boolean {
    return !this.#isClosed && this.#assigned.get(keyOf(one.topic, one.partition)) === one
  }

  /** Finds out where a partition is and where in it to begin. */
  async #settle(one: Assignment): Promise<void> {
    if (one.isSettling) return
    one.isSettling = true
    while (this.#isCurrent(one) && one.leader === undefined) {
      const { cluster, patience } = this.#parts
      try {
        if (one.failures > 0) await pause(retryDelayMs(one.failures - 1, patience.random), patience)
        if (patience.signal.aborted) break
        const leader = await cluster.leader(one.topic, one.partition)
        if (typeof one.position !== 'bigint') one.position = await this.#find(one, one.position)
        one.leader = leader
      } catch (error) {
        one.failures += 1
        cluster.forget(one.topic)
        if (!isRetriable(error)) this.#give(one, error)
      }
    }
    one.isSettling = false
    if (this.#isCurrent(one)) this.#start(one.leader)
  }

  async #find({ topic, partition }: Assignment, at: AskedOffset['at']): Promise<bigint> {
    const { cluster, patience, requestTimeoutMs } = this.#parts
    const { committedOnly } = this.#options
    const asked = [{ topic, partition, at, committedOnly }]
    const [found] = await listOffsets(asked, cluster, patience, requestTimeoutMs)
    if (found?.error !== undefined) throw found.error
    return found?.offset ?? 0n
  }

  #start(leader: number | undefined): void {
    if (leader === undefined || this.#isClosed || this.#loops.has(leader)) return
    const loop = this.#run(leader).finally(() => {
      this.#loops.delete(leader)
      // A partition may have been settled while the loop was about to end.
      if (this.#ledBy(leader).length > 0) this.#start(leader)
    })
    this.#loops.set(leader, loop)
  }

  #ledBy(leader: number): Assignment[] {
    return Array.from(this.#assigned.values()).filter(
      (one) => one.leader === leader && !one.isPaused,
    )
  }

  async #run(leader: number): Promise<void> {
    for (;;) {
      const wanted = this.#ledBy(leader)
      if (this.#isClosed || wanted.length === 0) return
      try {
        const answer = await this.#fetch(leader, wanted)
        if (answer.errorCode !== errorCode.NONE) throw answeredError(answer.errorCode, 'Fetch')
        await this.#takeAll(answer.responses, wanted)
      } catch (error) {
        if (this.#isClosed) return
        for (const one of wanted) {
          if (isRetriable(error)) this.#lose(one)
          else this.#give(one, error)
        }
      }
    }
  }

  async #fetch(leader: number, wanted: readonly Assignment[]) {
    const { cluster, lane, requestTimeoutMs } = this.#parts
    const { minBytes, maxBytes, maxWaitMs, maxPartitionBytes, committedOnly } = this.#options
    const connection = await cluster.broker(leader, lane)
    const topics = Array.from(
      Map.groupBy(wanted, ({ topic }) => topic),
      ([topic, ofTopic]) => ({
        topic,
        partitions: ofTopic.map(({ partition, position }) => ({
          partition,
          fetchOffset: position as bigint,
          partitionMaxBytes: maxPartitionBytes,
        })),
      }),
    )
    const body = {
      ...{ maxWaitMs, minBytes, maxBytes, topics, ...withoutSession },
      isolationLevel: isolationLevel(committedOnly),
    }
    const timeoutMs = maxWaitMs + requestTimeoutMs
    return await connection.request(Fetch, body, { atMost: byName, timeoutMs })
  }

  async #takeAll(
    responses: MessageOf<(typeof Fetch)['response']>['responses'],
    wanted: readonly Assignment[],
  ): Promise<void> {
    const byKey = new Map(wanted.map((one) => [keyOf(one.topic, one.partition), one]))
    for (const { topic, partitions } of responses) {
      for (const answer of partitions) {
        const one = byKey.get(keyOf(topic, answer.partitionIndex))
        // Whoever unassigned or paused meanwhile gets nothing more; a pause fetches it again.
        if (one === undefined || !this.#isCurrent(one) || one.isPaused) continue
        await this.#take(one, answer)
      }
    }
  }

  async #take(one: Assignment, answer: PartitionAnswer): Promise<void> {
    const { topic, partition } = one
    if (answer.errorCode !== errorCode.NONE) return this.#refused(one, answer.errorCode)
    one.failures = 0
    if (answer.records === null || answer.records.length === 0) return
    try {
      const next = await this.#hand(one, answer, answer.records)
      one.position = next
      this.#options.onPosition?.(topic, partition, next)
    } catch (cause) {
      const isDamaged = cause instanceof MalformedBytes
      const why = isDamaged ? cause.message : ''
      this.#give(one, isDamaged ? clientError('batch-damaged', { topic, partition, why }) : cause)
    }
  }

  /** Where the next fetch begins, once what was fetched is taken. */
  async #hand(one: Assignment, answer: PartitionAnswer, fetched: Buffer): Promise<bigint> {
    const { topic, partition } = one
    const from = one.position as bigint
    const aborted = answer.abortedTransactions ?? []
    if ('onBatches' in this.#options) {
      const { batches, next } = readFetchedBatches(fetched, from, aborted)
      if (batches.length > 0) await this.#options.onBatches(topic, partition, batches, from)
      return next
    }
    const { records, next } = readFetched(fetched, from, aborted)
    if (records.length > 0) {
      await this.#options.onRecords(topic, partition, records, answer.highWatermark)
    }
    return next
  }

  #refused(one: Assignment, code: number): void {
    const { reset } = this.#options
    if (code === errorCode.OFFSET_OUT_OF_RANGE && reset !== undefined) {
      one.position = reset
      this.#lose(one)
    } else if (describeErrorCode(code).retriable) this.#lose(one)
    else {
      const at = `Offset ${one.position} of partition ${one.partition} of topic '${one.topic}'`
      this.#give(one, answeredError(code, at))
    }
  }

  /** It has to be found again. */
  #lose(one: Assignment): void {
    one.failures += 1
    one.leader = undefined
    this.#parts.cluster.forget(one.topic)
    void this.#settle(one)
  }

  /** It cannot be read on. */
  #give(one: Assignment, error: unknown): void {
    if (!this.#isCurrent(one)) return
    this.unassign(one.topic, one.partition)
    this.#options.onError(error, one.topic, one.partition)
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`
}
