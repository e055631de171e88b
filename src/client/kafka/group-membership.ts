import { OffsetCommit } from '../../protocols/kafka/apis/08-offset-commit.ts'
import { OffsetFetch } from '../../protocols/kafka/apis/09-offset-fetch.ts'
import { JoinGroup } from '../../protocols/kafka/apis/11-join-group.ts'
import { Heartbeat } from '../../protocols/kafka/apis/12-heartbeat.ts'
import { LeaveGroup } from '../../protocols/kafka/apis/13-leave-group.ts'
import { SyncGroup } from '../../protocols/kafka/apis/14-sync-group.ts'
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeVersioned,
  encodeVersioned,
} from '../../protocols/kafka/consumer-protocol.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import type { Cluster } from './cluster.ts'
import type { Connection } from './connection.ts'
import { checkAnswer } from './errors.ts'
import { assignRange, type TopicPartitions } from './range-assignor.ts'

export interface MembershipOptions {
  readonly cluster: Cluster
  readonly lane: string
  readonly group: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly requestTimeoutMs: number
}

type Joined = MessageOf<(typeof JoinGroup)['response']>

const protocolType = 'consumer'
const protocolName = 'range'
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

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  /** Joins the group's next generation; resolves with the partitions that are ours in it. */
  async join(): Promise<TopicPartitions[]> {
    const joined = await this.#join()
    const isLeader = joined.leader === this.#memberId
    const { group: groupId } = this.#options
    const answer = await (await this.#coordinator()).request(
      SyncGroup,
      {
        groupId,
        generationId: this.#generationId,
        memberId: this.#memberId,
        protocolType,
        protocolName,
        assignments: isLeader ? await this.#assign(joined) : [],
      },
      { timeoutMs: this.#patientMs },
    )
    this.#check(answer.errorCode)
    if (answer.assignment.length === 0) return []
    const { assignedPartitions } = decodeVersioned(ConsumerProtocolAssignment, answer.assignment)
    return assignedPartitions.map((one) => ({ topic: one.topic, partitions: [...one.partitions] }))
  }

  /** The next offset of each partition that the group has committed one for. */
  async committed(of: readonly TopicPartitions[]): Promise<Map<string, bigint>> {
    const answer = await (await this.#coordinator()).request(
      OffsetFetch,
      {
        groupId: this.#options.group,
        topics: of.map(({ topic, partitions }) => ({ name: topic, partitionIndexes: partitions })),
      },
      oneGroup,
    )
    this.#check(answer.errorCode)
    const found = new Map<string, bigint>()
    for (const { name, partitions } of answer.topics) {
      for (const one of partitions) {
        this.#check(one.errorCode)
        if (one.committedOffset < 0n) continue
        found.set(`${name}/${one.partitionIndex}`, one.committedOffset)
      }
    }
    return found
  }

  async commit(topic: string, partition: number, next: bigint): Promise<void> {
    const partitions = [
      { partitionIndex: partition, committedOffset: next, committedMetadata: null },
    ]
    const answer = await (await this.#coordinator()).request(
      OffsetCommit,
      {
        groupId: this.#options.group,
        generationIdOrMemberEpoch: this.#generationId,
        memberId: this.#memberId,
        topics: [{ name: topic, partitions }],
      },
      byName,
    )
    this.#check(answer.topics[0]?.partitions[0]?.errorCode ?? -1)
  }

  async heartbeat(): Promise<void> {
    const answer = await (await this.#coordinator()).request(Heartbeat, {
      groupId: this.#options.group,
      generationId: this.#generationId,
      memberId: this.#memberId,
    })
    this.#check(answer.errorCode)
  }

  async leave(): Promise<void> {
    if (this.#memberId === '') return
    const { group: groupId } = this.#options
    const memberId = this.#memberId
    this.#memberId = ''
    const connection = await this.#coordinator()
    this.#check((await connection.request(LeaveGroup, { groupId, memberId }, oneMember)).errorCode)
  }

  async #join(): Promise<Joined> {
    const { group, topics, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options
    const metadata = encodeVersioned(ConsumerProtocolSubscription, 0, { topics })
    const answer = await (await this.#coordinator()).request(
      JoinGroup,
      {
        groupId: group,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        memberId: this.#memberId,
        protocolType,
        protocols: [{ name: protocolName, metadata }],
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

  async #assign({ members }: Joined) {
    const subscribed = members.map(({ memberId, metadata }) => ({
      id: memberId,
      topics: decodeVersioned(ConsumerProtocolSubscription, metadata).topics,
    }))
    const names = [...new Set(subscribed.flatMap(({ topics }) => topics))].sort()
    const counts = new Map<string, number>()
    for (const { name, partitions, error } of await this.#options.cluster.topics(names)) {
      if (error === undefined) counts.set(name, partitions.length)
    }
    return Array.from(assignRange(subscribed, counts), ([memberId, assignedPartitions]) => ({
      memberId,
      assignment: encodeVersioned(ConsumerProtocolAssignment, 0, { assignedPartitions }),
    }))
  }

  /** The coordinator answers joins and syncs only when all members are there. */
  get #patientMs(): number {
    return this.#options.rebalanceTimeoutMs + this.#options.requestTimeoutMs
  }

  async #coordinator(): Promise<Connection> {
    const { cluster, group, lane } = this.#options
    try {
      return await cluster.broker(await cluster.coordinator(group), lane)
    } catch (error) {
      cluster.forgetCoordinator(group)
      throw error
    }
  }

  #check(code: number): void {
    const { cluster, group } = this.#options
    if (code === errorCode.NOT_COORDINATOR || code === errorCode.COORDINATOR_NOT_AVAILABLE) {
      cluster.forgetCoordinator(group)
    }
    if (code === errorCode.UNKNOWN_MEMBER_ID) this.#memberId = ''
    checkAnswer(code, `Group '${group}'`)
  }
}
