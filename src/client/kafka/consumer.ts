import { pause } from '../../base/clock.ts'
import { isError } from '../../base/errors.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import type { Cluster } from './cluster.ts'
import { isRetriable } from './errors.ts'
import type { Fetcher, FetcherOptions } from './fetcher.ts'
import { type CommittedOffset, GroupMembership } from './group-membership.ts'
import { type AskedOffset, listOffsets } from './offsets.ts'
import type { TopicPartitions } from './range-assignor.ts'
import { backOffMs, type Patience, retrying } from './retry.ts'

export interface GroupConsumerOptions {
  readonly group: string
  readonly topics: readonly string[]
  /** Where a partition begins that the group has committed nothing of; else at its end. */
  readonly fromBeginning?: boolean
  /** The same for each partition by itself; what it throws ends the consumer. */
  readonly beginAt?: (topic: string, partition: number) => 'earliest' | 'latest'
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  readonly heartbeatMs?: number
  /** How often the group's leader looks whether topics have other partitions by now. */
  readonly metadataMaxAgeMs?: number
  readonly fetching?: Pick<
    FetcherOptions,
    'maxWaitMs' | 'minBytes' | 'maxBytes' | 'maxPartitionBytes' | 'reset'
  >
  /** These partitions are ours, to be read from there on as soon as it has resolved. */
  readonly onAssigned?: (positions: readonly AssignedPosition[]) => void | Promise<void>
  /** All of them are about to be others': the last moment to `commit`. A handler that waits must come to its end. */
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

export interface AssignedPosition {
  readonly topic: string
  readonly partition: number
  /** Of the next record to read. */
  readonly next: bigint
  readonly isCommitted: boolean
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
  metadataMaxAgeMs: 60_000,
  commitsHandled: true,
}

/** Until it has left, a member keeps its partitions from the others. */
const leavingMs = 2000

/** The generation has ended, at least for this member, which joins the group again. */
const endedCodes = ['rebalance-in-progress', 'illegal-generation', 'unknown-member-id']

/** Whether an error of `commit` says that the partitions are others' now, or soon. */
export function isGenerationEnd(error: unknown): boolean {
  return endedCodes.some((code) => isError(error, code))
}

/** A member of a classic group: reads its share of the partitions and commits what is handled. */
export class GroupConsumer implements AsyncDisposable {
  readonly #parts: GroupConsumerParts
  readonly #options: typeof defaults & GroupConsumerOptions
  readonly #membership: GroupMembership
  readonly #closing = new AbortController()
  #running: Promise<void> | undefined
  #fetcher: Fetcher | undefined
  #isJoining = false

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

  /** Commits as a member of the present generation; see `isGenerationEnd`. */
  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    await this.#membership.commit(offsets)
  }

  /** What the group, not only this member, has committed of a partition. */
  async committed(topic: string, partition: number): Promise<CommittedOffset | undefined> {
    return (await this.#membership.committed([{ topic, partitions: [partition] }]))[0]
  }

  /** Reads an assigned partition from another place on. */
  seek(topic: string, partition: number, position: bigint): void {
    this.#fetcher?.assign(topic, partition, position)
  }

  /** Waits for the handler, leaves the group. Not to be awaited inside the handler. */
  async close(): Promise<void> {
    this.#closing.abort()
    // A coordinator may keep a member waiting for minutes; the lost connection sets it free.
    if (this.#isJoining) this.#parts.onClose()
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
        if (!isGenerationEnd(error) && !isRetriable(error)) throw error
        await pause(backOffMs(failures++, patience.random), { clock: patience.clock, signal })
      }
    }
    await this.#leave()
  }

  /** From one joining of the group to the next. */
  async #generation(onJoined: () => void): Promise<void> {
    this.#isJoining = true
    const assigned = await this.#membership.join().finally(() => {
      this.#isJoining = false
    })
    const positions = await this.#positions(assigned)
    onJoined()
    const failure = new AbortController()
    const { fetching, fromBeginning, onRevoked, onAssigned } = this.#options
    const fetcher = this.#parts.fetcher({
      reset: fromBeginning ? 'earliest' : 'latest',
      ...fetching,
      onRecords: (topic, partition, records) => this.#handle(topic, partition, records),
      onError: (error) => failure.abort(error),
    })
    this.#fetcher = fetcher
    try {
      await onAssigned?.(positions)
      for (const { topic, partition, next } of positions) fetcher.assign(topic, partition, next)
      await this.#beat(failure.signal)
    } finally {
      this.#fetcher = undefined
      // A handler may wait for what `onRevoked` sets free.
      await Promise.all([onRevoked?.(), fetcher.close()])
    }
  }

  /** Where each partition is read on: where the group left it, else where it is to begin. */
  async #positions(assigned: readonly TopicPartitions[]): Promise<AssignedPosition[]> {
    const byDefault = this.#options.fromBeginning ? 'earliest' : 'latest'
    const { beginAt = () => byDefault } = this.#options
    const positions: AssignedPosition[] = []
    const unknown: AskedOffset[] = []
    const committed = new Map<string, bigint>()
    for (const { topic, partition, next } of await this.#membership.committed(assigned)) {
      committed.set(`${topic}/${partition}`, next)
    }
    for (const { topic, partitions } of assigned) {
      for (const partition of partitions) {
        const next = committed.get(`${topic}/${partition}`)
        if (next === undefined) unknown.push({ topic, partition, at: beginAt(topic, partition) })
        else positions.push({ topic, partition, next, isCommitted: true })
      }
    }
    const { cluster, patience, requestTimeoutMs } = this.#parts
    const found = await listOffsets(unknown, cluster, patience, requestTimeoutMs)
    for (const { topic, partition, offset, error } of found) {
      if (error !== undefined) throw error
      positions.push({ topic, partition, next: offset, isCommitted: false })
    }
    return positions
  }

  async #handle(topic: string, partition: number, records: Record[]): Promise<void> {
    const until = await this.#options.onRecords(topic, partition, records)
    const last = records.at(-1)
    if (last === undefined || !this.#options.commitsHandled) return
    await this.#membership.commit([{ topic, partition, next: until ?? last.offset + 1n }])
  }

  /** Heartbeats until the group changes or something fails, which is thrown, or we close. */
  async #beat(failed: AbortSignal): Promise<void> {
    const { clock, signal } = this.#parts.patience
    const { heartbeatMs, sessionTimeoutMs, metadataMaxAgeMs } = this.#options
    const stop = AbortSignal.any([failed, this.#closing.signal, signal])
    let heardMs = clock.now()
    let lookedMs = heardMs
    for (;;) {
      await pause(heartbeatMs, { clock, signal: stop })
      failed.throwIfAborted()
      if (stop.aborted) return
      try {
        await this.#membership.heartbeat()
        heardMs = clock.now()
        if (heardMs - lookedMs < metadataMaxAgeMs) continue
        if (await this.#membership.isOutgrown()) return
        lookedMs = heardMs
      } catch (error) {
        // A coordinator that comes back within the session's time still knows its members.
        if (!isRetriable(error) || isGenerationEnd(error)) throw error
        if (clock.now() - heardMs > sessionTimeoutMs) throw error
      }
    }
  }

  /** A coordinator that stays away cannot be told; it will notice by the session timeout. */
  async #leave(): Promise<void> {
    try {
      await retrying(leavingMs, this.#parts.patience, () => this.#membership.leave())
    } catch (error) {
      if (!isRetriable(error) && !isError(error, 'unknown-member-id')) throw error
    }
  }
}
