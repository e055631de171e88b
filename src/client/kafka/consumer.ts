import type { Record } from '../../protocols/kafka/record-batch.ts'
import type { Fetcher, FetcherOptions } from './fetcher.ts'
import {
  type Beat,
  GroupMember,
  type GroupMemberOptions,
  type GroupMemberParts,
  type GroupTimings,
} from './group-member.ts'
import type { CommittedOffset } from './group-membership.ts'
import { type AskedOffset, listOffsets } from './offsets.ts'
import type { TopicPartitions } from './range-assignor.ts'
import { RangeProtocol } from './range-protocol.ts'

export { isGenerationEnd } from './group-member.ts'

export interface GroupConsumerOptions
  extends GroupTimings,
    Pick<GroupMemberOptions, 'group' | 'instanceId'> {
  readonly topics: readonly string[]
  /** Where a partition begins that the group has committed nothing of; else at its end. */
  readonly fromBeginning?: boolean
  /** The same for each partition by itself; what it throws ends the consumer. */
  readonly beginAt?: (topic: string, partition: number) => 'earliest' | 'latest'
  readonly fetching?: Pick<
    FetcherOptions,
    'maxWaitMs' | 'minBytes' | 'maxBytes' | 'maxPartitionBytes' | 'committedOnly' | 'reset'
  >
  /**
   * These partitions are ours, to be read as soon as it has resolved: from there on, or from where
   * it says.
   */
  readonly onAssigned?: (positions: readonly AssignedPosition[]) => Moved | Promise<Moved>
  /** All of them are about to be others': the last moment to `commit`. A handler that waits must come to its end. */
  readonly onRevoked?: (positions: readonly AssignedPosition[]) => void | Promise<void>
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
    highWatermark: bigint,
  ) => HandledUntil | Promise<HandledUntil>
}

export interface AssignedPosition {
  readonly topic: string
  readonly partition: number
  /** Of the next record to read. */
  readonly next: bigint
  readonly isCommitted: boolean
}

// biome-ignore lint/suspicious/noConfusingVoidType: who moves nothing returns nothing.
type Moved = readonly Pick<AssignedPosition, 'topic' | 'partition' | 'next'>[] | void

// biome-ignore lint/suspicious/noConfusingVoidType: a handler that handles all returns nothing.
type HandledUntil = bigint | void

export interface GroupConsumerParts extends GroupMemberParts {
  readonly fetcher: (options: FetcherOptions) => Fetcher
}

const defaults = { fromBeginning: false, commitsHandled: true }

/** A member of a classic group: reads its share of the partitions and commits what is handled. */
export class GroupConsumer implements AsyncDisposable {
  readonly #parts: GroupConsumerParts
  readonly #options: typeof defaults & GroupConsumerOptions
  readonly #protocol: RangeProtocol
  readonly #member: GroupMember
  #fetcher: Fetcher | undefined

  constructor(parts: GroupConsumerParts, options: GroupConsumerOptions) {
    this.#parts = parts
    this.#options = { ...defaults, ...options }
    this.#protocol = new RangeProtocol(parts.cluster, options.topics)
    this.#member = new GroupMember(parts, {
      ...options,
      protocol: this.#protocol,
      generation: ({ assignment }, beat) => this.#generation(assignment, beat),
      isOutgrown: () => this.#protocol.isOutgrown(),
    })
  }

  /** Resolves when the consumer was closed; rejects where it cannot go on. */
  run(): Promise<void> {
    return this.#member.run()
  }

  /** Commits as a member of the present generation; see `isGenerationEnd`. */
  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    await this.#member.commit(offsets)
  }

  /** What the group, not only this member, has committed of a partition. */
  async committed(topic: string, partition: number): Promise<CommittedOffset | undefined> {
    return (await this.#member.committed([{ topic, partitions: [partition] }]))[0]
  }

  /** Reads an assigned partition from another place on. */
  seek(topic: string, partition: number, position: bigint): void {
    this.#fetcher?.assign(topic, partition, position)
  }

  /** Waits for the handler, leaves the group. Not to be awaited inside the handler. */
  async close(): Promise<void> {
    await this.#member.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** From one joining of the group to the next. */
  async #generation(assignment: Buffer, beat: Beat): Promise<void> {
    const positions = await this.#positions(this.#protocol.partitionsIn(assignment))
    const failure = new AbortController()
    const { fetching, fromBeginning, onRevoked, onAssigned } = this.#options
    const fetcher = this.#parts.fetcher({
      reset: fromBeginning ? 'earliest' : 'latest',
      ...fetching,
      onRecords: (...fetched) => this.#handle(...fetched),
      onError: (error) => failure.abort(error),
    })
    this.#fetcher = fetcher
    try {
      const moved = (await onAssigned?.(positions)) ?? []
      for (const { topic, partition, next } of [...positions, ...moved]) {
        fetcher.assign(topic, partition, next)
      }
      await beat(failure.signal)
    } finally {
      this.#fetcher = undefined
      // A handler may wait for what `onRevoked` sets free.
      await Promise.all([onRevoked?.(positions), fetcher.close()])
    }
  }

  /** Where each partition is read on: where the group left it, else where it is to begin. */
  async #positions(assigned: readonly TopicPartitions[]): Promise<AssignedPosition[]> {
    const byDefault = this.#options.fromBeginning ? 'earliest' : 'latest'
    const { beginAt = () => byDefault, fetching: { committedOnly } = {} } = this.#options
    const positions: AssignedPosition[] = []
    const unknown: AskedOffset[] = []
    const committed = new Map<string, bigint>()
    for (const { topic, partition, next } of await this.#member.committed(assigned)) {
      committed.set(`${topic}/${partition}`, next)
    }
    for (const { topic, partitions } of assigned) {
      for (const partition of partitions) {
        const next = committed.get(`${topic}/${partition}`)
        if (next === undefined) {
          unknown.push({ topic, partition, at: beginAt(topic, partition), committedOnly })
        } else positions.push({ topic, partition, next, isCommitted: true })
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

  async #handle(
    topic: string,
    partition: number,
    records: Record[],
    highWatermark: bigint,
  ): Promise<void> {
    const until = await this.#options.onRecords(topic, partition, records, highWatermark)
    const last = records.at(-1)
    if (last === undefined || !this.#options.commitsHandled) return
    await this.#member.commit([{ topic, partition, next: until ?? last.offset + 1n }])
  }
}
