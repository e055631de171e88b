import { isError, isRetriable } from '../../base/errors.ts'
import { OffsetCommit } from '../../protocols/kafka/apis/08-offset-commit.ts'
import { OffsetFetch } from '../../protocols/kafka/apis/09-offset-fetch.ts'
import { JoinGroup } from '../../protocols/kafka/apis/11-join-group.ts'
import { Heartbeat } from '../../protocols/kafka/apis/12-heartbeat.ts'
import { LeaveGroup } from '../../protocols/kafka/apis/13-leave-group.ts'
import { SyncGroup } from '../../protocols/kafka/apis/14-sync-group.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { Api, Draft, MessageOf, Schema } from '../../protocols/kafka/schema.ts'
import type { Cluster } from './cluster.ts'
import type { RequestOptions } from './connection.ts'
import { checkAnswer } from './errors.ts'
import type { TopicPartitions } from './range-assignor.ts'
import { type Patience, retrying } from './retry.ts'

/** What the members of a group tell each other; the coordinator passes it on without looking at it. */
export interface GroupProtocol {
  readonly type: string
  readonly name: string
  /** What this member says when it joins. */
  readonly metadata: () => Buffer
  /** As the group's leader: the share of each member, by its id. */
  readonly assign: (members: readonly MemberMetadata[]) => Promise<ReadonlyMap<string, Buffer>>
}

export interface MemberMetadata {
  readonly memberId: string
  readonly metadata: Buffer
}

export interface MembershipOptions {
  readonly cluster: Cluster
  readonly lane: string
  /** How long a commit is tried. */
  readonly patience: Patience
  readonly group: string
  readonly protocol: GroupProtocol
  readonly instanceId?: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly requestTimeoutMs: number
}

/** A generation of the group, as one member sees it. */
export interface JoinedGroup {
  readonly memberId: string
  readonly generationId: number
  readonly isLeader: boolean
  /** What the leader gave us; empty for nothing. */
  readonly assignment: Buffer
}

/** How far a group has got in a partition, and a note that is kept beside it. */
export interface CommittedOffset {
  readonly topic: string
  readonly partition: number
  /** Of the next record to read. */
  readonly next: bigint
  readonly note?: string
}

/** A topic that is gone does not come back for the sake of its offsets. */
const passes = (error: unknown) =>
  isRetriable(error) && !isError(error, 'unknown-topic-or-partition')

type Joined = MessageOf<(typeof JoinGroup)['response']>

/** Groups have their own list from version 8 of OffsetFetch on, members from version 3 of LeaveGroup. */
const oneGroup = { atMost: 7 }
const oneMember = { atMost: 2 }
/** Topic ids take the place of names in version 10. */
const byName = { atMost: 9 }

/** One member of a classic group: what it tells the coordinator, and what it is told. */
export class GroupMembership {
  readonly #options: MembershipOptions
  #memberId = ''
  #generationId = -1
  #heardMs = Number.NEGATIVE_INFINITY

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  /** When we asked last what the coordinator has answered as to its member: it has heard of us since. */
  get heardMs(): number {
    return this.#heardMs
  }

  /** Joins the group's next generation; resolves when every member has its share. */
  async join(): Promise<JoinedGroup> {
    const joined = await this.#join()
    const isLeader = joined.leader === this.#memberId
    const { group: groupId, protocol } = this.#options
    const shares = isLeader ? await protocol.assign(joined.members) : new Map<string, Buffer>()
    const askedMs = this.#options.patience.clock.now()
    const answer = await this.#ask(
      SyncGroup,
      {
        groupId,
        generationId: this.#generationId,
        memberId: this.#memberId,
        groupInstanceId: this.#instanceId,
        protocolType: protocol.type,
        protocolName: protocol.name,
        assignments: Array.from(shares, ([memberId, assignment]) => ({ memberId, assignment })),
      },
      { timeoutMs: this.#patientMs },
    )
    this.#check(answer.errorCode)
    this.#heardMs = askedMs
    const { assignment } = answer
    return {
      memberId: this.#memberId,
      generationId: this.#generationId,
      isLeader,
      // It outlives the frame that it came in.
      assignment: Buffer.from(assignment),
    }
  }

  /** What the group has committed of these partitions, where it has. */
  async committed(of: readonly TopicPartitions[]): Promise<CommittedOffset[]> {
    const answer = await this.#ask(
      OffsetFetch,
      {
        groupId: this.#options.group,
        topics: of.map(({ topic, partitions }) => ({ name: topic, partitionIndexes: partitions })),
      },
      oneGroup,
    )
    this.#check(answer.errorCode)
    return answer.topics.flatMap(({ name, partitions }) =>
      partitions.flatMap((one) => {
        this.#check(one.errorCode)
        const note = one.metadata ?? ''
        const { partitionIndex: partition, committedOffset: next } = one
        return next < 0n ? [] : [{ topic: name, partition, next, note }]
      }),
    )
  }

  /**
   * Commits as a member of the present generation, also where the next one begins meanwhile, and
   * where the group moves to another coordinator.
   */
  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    const { group: groupId, requestTimeoutMs, patience } = this.#options
    const member = {
      generationIdOrMemberEpoch: this.#generationId,
      memberId: this.#memberId,
      groupInstanceId: this.#instanceId,
    }
    const topics = Array.from(
      Map.groupBy(offsets, ({ topic }) => topic),
      ([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map(({ partition, next, note }) => ({
          partitionIndex: partition,
          committedOffset: next,
          committedMetadata: note ?? null,
        })),
      }),
    )
    await retrying(
      requestTimeoutMs,
      patience,
      async () => {
        const answer = await this.#ask(OffsetCommit, { groupId, ...member, topics }, byName)
        for (const { partitions } of answer.topics) {
          for (const { errorCode: code } of partitions) {
            // It concerns the member of that generation, not the one that may have come after it.
            this.#check(code, member.memberId)
          }
        }
      },
      passes,
    )
  }

  async heartbeat(): Promise<void> {
    const { group: groupId, sessionTimeoutMs, requestTimeoutMs } = this.#options
    const member = {
      generationId: this.#generationId,
      memberId: this.#memberId,
      groupInstanceId: this.#instanceId,
    }
    // A coordinator that is silent for longer has forgotten us, or is none any more.
    const timeoutMs = Math.min(sessionTimeoutMs, requestTimeoutMs)
    const askedMs = this.#options.patience.clock.now()
    this.#check((await this.#ask(Heartbeat, { groupId, ...member }, { timeoutMs })).errorCode)
    this.#heardMs = askedMs
  }

  async leave(): Promise<void> {
    if (this.#memberId === '') return
    const { group: groupId } = this.#options
    const member = { groupId, memberId: this.#memberId }
    this.#check((await this.#ask(LeaveGroup, member, oneMember)).errorCode)
    this.#memberId = ''
  }

  async #join(): Promise<Joined> {
    const { group, protocol, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options
    const { type: protocolType, name, metadata } = protocol
    const answer = await this.#ask(
      JoinGroup,
      {
        groupId: group,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        memberId: this.#memberId,
        groupInstanceId: this.#instanceId,
        protocolType,
        protocols: [{ name, metadata: metadata() }],
      },
      { timeoutMs: this.#patientMs },
    )
    if (answer.errorCode === errorCode.MEMBER_ID_REQUIRED) {
      this.#memberId = answer.memberId
      return await this.#join()
    }
    this.#check(answer.errorCode)
    this.#memberId = answer.memberId
    this.#generationId = answer.generationId
    return answer
  }

  get #instanceId(): string | null {
    return this.#options.instanceId ?? null
  }

  /** The coordinator answers joins and syncs only when all members are there. */
  get #patientMs(): number {
    return this.#options.rebalanceTimeoutMs + this.#options.requestTimeoutMs
  }

  /** Asks the coordinator; where it does not answer, it is looked for before the next question. */
  async #ask<Request extends Schema, Response extends Schema>(
    api: Api<Request, Response>,
    body: Draft<Request>,
    options?: RequestOptions,
  ): Promise<MessageOf<Response>> {
    const { cluster, group, lane } = this.#options
    try {
      const connection = await cluster.broker(await cluster.coordinator(group), lane)
      return await connection.request(api, body, options)
    } catch (error) {
      cluster.forgetCoordinator(group)
      throw error
    }
  }

  #check(code: number, memberId = this.#memberId): void {
    const { cluster, group } = this.#options
    if (code === errorCode.NOT_COORDINATOR || code === errorCode.COORDINATOR_NOT_AVAILABLE) {
      cluster.forgetCoordinator(group)
    }
    if (code === errorCode.UNKNOWN_MEMBER_ID && memberId === this.#memberId) this.#memberId = ''
    checkAnswer(code, `Group '${group}'`)
  }
}
