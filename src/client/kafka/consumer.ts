import { isError } from '../../base/errors.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import type { Cluster } from './cluster.ts'
import { isRetriable } from './errors.ts'
import type { Fetcher, FetcherOptions } from './fetcher.ts'
import { GroupMembership } from './group-membership.ts'
import { listOffsets } from './offsets.ts'
import type { TopicPartitions } from './range-assignor.ts'
import { backOffMs, type Patience, pause } from './retry.ts'

export interface GroupConsumerOptions {
  readonly group: string
  readonly topics: readonly string[]
  /** Where a partition begins that the group has committed nothing of; else at its end. */
  readonly fromBeginning?: boolean
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  readonly heartbeatMs?: number
  readonly maxWaitMs?: number
  /** The partitions are ours now, and read from these offsets on (`topic/partition`). */
  readonly onAssigned?: (positions: ReadonlyMap<string, bigint>) => void | Promise<void>
  /** They are about to be others': the last moment to `commit`. A handler that still runs must come to its end. */
  readonly onRevoked?: () => void | Promise<void>
  /** Whether what is handled is committed by itself (the default), or only by `commit`. */
  readonly commitsHandled?: boolean
  /**
   * What it resolves for is committed then: all of it, or what lies before the offset that it
   * returns. What it throws ends the consumer.
   */
  readonly onRecords: (
    topic: string,
    partition: number,
    records: readonly Record[],
  ) => HandledUntil | Promise<HandledUntil>
}

// biome-ignore lint/suspicious/noConfusingVoidType: a handler that handles all returns nothing.
type HandledUntil = bigint | void

export interface GroupConsumerParts {
  readonly cluster: Cluster
  readonly patience: Patience
  readonly lane: string
  readonly requestTimeoutMs: number
  readonly fetcher: (options: FetcherOptions) => Fetcher
  readonly onClose: () => void
}

const defaults = {
  fromBeginning: false,
  sessionTimeoutMs: 45_000,
  rebalanceTimeoutMs: 60_000,
  heartbeatMs: 3000,
  maxWaitMs: 500,
  commitsHandled: true,
}

/** After these the member joins the group again. */
const rejoinCodes = [
  'rebalance-in-progress',
  'illegal-generation',
  'unknown-member-id',
  'not-coordinator',
]

/** A member of a classic group: reads its share of the partitions and commits what is handled. */
export class GroupConsumer implements AsyncDisposable {
  readonly #parts: GroupConsumerParts
  readonly #options: typeof defaults & GroupConsumerOptions
  readonly #membership: GroupMembership
  readonly #closing = new AbortController()
  #running: Promise<void> | undefined
  #fetcher: Fetcher | undefined

  constructor(parts: GroupConsumerParts, options: GroupConsumerOptions) {
    this.#parts = parts
    this.#options = { ...defaults, ...options }
    this.#membership = new GroupMembership({ ...parts, ...this.#options })
  }

  /** Resolves when the consumer was closed; rejects where it cannot go on. */
  run(): Promise<void> {
    this.#running ??= this.#run()
    return this.#running
  }

  /** Commits the next offset to read; throws `illegal-generation` and its like where the partition is no longer ours. */
  async commit(topic: string, partition: number, next: bigint): Promise<void> {
    await this.#membership.commit(topic, partition, next)
  }

  /** Reads an assigned partition from another place on. */
  seek(topic: string, partition: number, position: bigint): void {
    this.#fetcher?.assign(topic, partition, position)
  }

  /** Waits for the handler, leaves the group. Not to be awaited inside the handler. */
  async close(): Promise<void> {
    this.#closing.abort()
    // Whoever called `run` hears of its failure.
    await this.#running?.catch(() => undefined)
    this.#parts.onClose()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #run(): Promise<void> {
    const { patience } = this.#parts
    const { signal } = this.#closing
    let failures = 0
    while (!signal.aborted && !patience.signal.aborted) {
      try {
        await this.#generation(() => {
          failures = 0
        })
      } catch (error) {
        const isRejoin = rejoinCodes.some((code) => isError(error, code))
        if (!isRejoin && !isRetriable(error)) throw error
        await pause(backOffMs(failures++, patience.random), { clock: patience.clock, signal })
      }
    }
    await this.#leave()
  }

  /** From one joining of the group to the next. */
  async #generation(onJoined: () => void): Promise<void> {
    const assigned = await this.#membership.join()
    const committed = await this.#membership.committed(assigned)
    const positions = await this.#positions(assigned, committed)
    onJoined()
    const failure = new AbortController()
    const begin = this.#options.fromBeginning ? 'earliest' : 'latest'
    await using fetcher = this.#parts.fetcher({
      maxWaitMs: this.#options.maxWaitMs,
      reset: begin,
      onRecords: (topic, partition, records) => this.#handle(topic, partition, records),
      onError: (error) => failure.abort(error),
    })
    this.#fetcher = fetcher
    await this.#options.onAssigned?.(positions)
    for (const { topic, partitions } of assigned) {
      for (const partition of partitions) {
        fetcher.assign(topic, partition, positions.get(`${topic}/${partition}`) ?? begin)
      }
    }
    try {
      await this.#beat(failure.signal)
    } finally {
      this.#fetcher = undefined
      await this.#options.onRevoked?.()
    }
  }

  /** Where each partition is read on: where the group left it, else at its beginning or its present end. */
  async #positions(
    assigned: readonly TopicPartitions[],
    committed: ReadonlyMap<string, bigint>,
  ): Promise<Map<string, bigint>> {
    const at = this.#options.fromBeginning ? 'earliest' : 'latest'
    const unknown = assigned.flatMap(({ topic, partitions }) =>
      partitions
        .filter((partition) => !committed.has(`${topic}/${partition}`))
        .map((partition) => ({ topic, partition, at }) as const),
    )
    const { cluster, patience, requestTimeoutMs } = this.#parts
    const positions = new Map(committed)
    for (const found of await listOffsets(unknown, cluster, patience, requestTimeoutMs)) {
      if (found.error !== undefined) throw found.error
      positions.set(`${found.topic}/${found.partition}`, found.offset)
    }
    return positions
  }

  async #handle(topic: string, partition: number, records: Record[]): Promise<void> {
    const until = await this.#options.onRecords(topic, partition, records)
    const last = records.at(-1)
    if (last === undefined || !this.#options.commitsHandled) return
    await this.#membership.commit(topic, partition, until ?? last.offset + 1n)
  }

  /** Heartbeats until the group changes or something fails, which is thrown, or we close. */
  async #beat(failed: AbortSignal): Promise<void> {
    const { clock, signal } = this.#parts.patience
    const stop = AbortSignal.any([failed, this.#closing.signal, signal])
    for (;;) {
      await pause(this.#options.heartbeatMs, { clock, signal: stop })
      failed.throwIfAborted()
      if (stop.aborted) return
      await this.#membership.heartbeat()
    }
  }

  /** A coordinator that is gone cannot be told; it will notice by the session timeout. */
  async #leave(): Promise<void> {
    try {
      await this.#membership.leave()
    } catch (error) {
      if (!isRetriable(error) && !isError(error, 'unknown-member-id')) throw error
    }
  }
}
