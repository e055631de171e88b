import type { Clock, Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Metrics } from '../../base/metrics.ts'
import type { Random } from '../../base/random.ts'
import type { PartitionLog } from '../../log/index.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { BrokerSettings } from '../settings.ts'
import { type Entry, StateTopic } from '../state-topic.ts'
import type { Topics } from '../topics.ts'
import { Group, joinFailure, syncFailure } from './group.ts'
import { GroupState } from './group-state.ts'
import type { JoinResult, SyncResult } from './member.ts'
import { type JoinRequest, Membership, type SyncRequest } from './membership.ts'
import { Rebalance } from './rebalance.ts'
import { groupEntry, offsetEntry } from './records.ts'
import { restoreGroup } from './restore.ts'

export interface CoordinatorParts {
  /** The only partition of `__consumer_offsets`. */
  readonly partition: PartitionLog
  readonly settings: BrokerSettings
  readonly topics: Topics
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics?: Metrics
}

/** How often groups are looked through for offsets that nobody needs any more. */
const retentionCheckMs = 10 * 60 * 1000

/** All groups: finds them, makes and forgets them, and is the only owner of their timers. */
export class GroupCoordinator {
  readonly state: GroupState
  readonly #parts: CoordinatorParts
  readonly #stateTopic: StateTopic
  readonly #groups = new Map<string, Group>()
  readonly #rebalance: Rebalance
  readonly #membership: Membership
  #retentionTimer: Timer | undefined
  #isClosed = false

  private constructor(parts: CoordinatorParts) {
    const { clock, random, settings } = parts
    this.#parts = parts
    this.state = new GroupState()
    this.#stateTopic = StateTopic.open(parts.partition, this.state, clock)
    const store = (group: Group, assignments?: ReadonlyMap<string, Buffer>) =>
      this.#stateTopic.put([groupEntry(group.name, group.stored(assignments))])
    this.#rebalance = new Rebalance({
      clock,
      initialDelayMs: settings.number('group.initial.rebalance.delay.ms'),
      becameEmpty: (group) => this.#storeEmpty(group, store),
    })
    this.#membership = new Membership({
      clock,
      random,
      rebalance: this.#rebalance,
      mostMembers: settings.number('group.max.size'),
      store,
    })
  }

  /** Reads what the partition holds; members get their session's time anew. */
  static open(parts: CoordinatorParts): GroupCoordinator {
    const coordinator = new GroupCoordinator(parts)
    coordinator.#restore()
    return coordinator
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#retentionTimer?.cancel()
    for (const group of this.#groups.values()) this.#rebalance.stop(group)
  }

  all(): Iterable<Group> {
    return this.#groups.values()
  }

  get(name: string): Group | undefined {
    return this.#groups.get(name)
  }

  async join(name: string, request: JoinRequest): Promise<JoinResult> {
    const { memberId, sessionTimeoutMs } = request
    if (name === '') return joinFailure(errorCode.INVALID_GROUP_ID, memberId)
    if (this.#isClosed) return joinFailure(errorCode.COORDINATOR_NOT_AVAILABLE, memberId)
    const { settings } = this.#parts
    if (
      sessionTimeoutMs < settings.number('group.min.session.timeout.ms') ||
      sessionTimeoutMs > settings.number('group.max.session.timeout.ms')
    ) {
      return joinFailure(errorCode.INVALID_SESSION_TIMEOUT, memberId)
    }
    const group = this.get(name) ?? (memberId === '' ? this.#make(name) : undefined)
    if (group === undefined) {
      const code = memberId === '' ? errorCode.GROUP_MAX_SIZE_REACHED : errorCode.UNKNOWN_MEMBER_ID
      return joinFailure(code, memberId)
    }
    return await this.#membership.join(group, request)
  }

  async sync(name: string, request: SyncRequest): Promise<SyncResult> {
    const group = this.get(name)
    if (group === undefined) return syncFailure(noMemberOf(name))
    return await this.#membership.sync(group, request)
  }

  heartbeat(
    name: string,
    request: { generationId: number; memberId: string; groupInstanceId: string | null },
  ): number {
    const group = this.get(name)
    return group === undefined ? noMemberOf(name) : this.#membership.heartbeat(group, request)
  }

  leave(name: string, memberId: string, groupInstanceId: string | null): number {
    const group = this.get(name)
    return group === undefined
      ? noMemberOf(name)
      : this.#membership.leave(group, memberId, groupInstanceId)
  }

  /** Whether a commit of this member may be taken; it counts as a sign of life. */
  commitProblem(
    name: string,
    request: { generationId: number; memberId: string; groupInstanceId: string | null },
  ): number {
    if (name === '') return errorCode.INVALID_GROUP_ID
    const isSimple = request.generationId < 0
    const group = this.get(name) ?? (isSimple ? this.#make(name) : undefined)
    if (group === undefined) {
      return isSimple ? errorCode.GROUP_MAX_SIZE_REACHED : errorCode.GROUP_ID_NOT_FOUND
    }
    if (isSimple && group.state === 'Empty') return errorCode.NONE
    const member = group.memberOf(request.memberId, request.groupInstanceId)
    if (typeof member === 'number') return member
    if (request.generationId !== group.generation) return errorCode.ILLEGAL_GENERATION
    if (group.state === 'CompletingRebalance') return errorCode.REBALANCE_IN_PROGRESS
    this.#rebalance.expect(group, member)
    return errorCode.NONE
  }

  /** On disk when it resolves. */
  async commit(
    group: string,
    offsets: readonly {
      topic: string
      partition: number
      offset: bigint
      leaderEpoch: number
      metadata: string
    }[],
  ): Promise<void> {
    const commitTimestamp = BigInt(this.#parts.clock.now())
    await this.#stateTopic.put(
      offsets.map(({ topic, partition, offset, leaderEpoch, metadata }) =>
        offsetEntry(group, topic, partition, { offset, leaderEpoch, metadata, commitTimestamp }),
      ),
    )
  }

  async deleteOffsets(
    group: string,
    partitions: readonly { topic: string; partition: number }[],
  ): Promise<void> {
    await this.#stateTopic.put(
      partitions.map(({ topic, partition }) => offsetEntry(group, topic, partition, null)),
    )
  }

  /** Deletes a group with its offsets; returns a Kafka error code. */
  async delete(name: string): Promise<number> {
    const group = this.get(name)
    if (group === undefined || group.state === 'Dead') return errorCode.GROUP_ID_NOT_FOUND
    if (group.members.size > 0 || group.pending.size > 0) return errorCode.NON_EMPTY_GROUP
    group.become('Dead', this.#parts.clock.now())
    try {
      await this.#stateTopic.settled()
      await this.#stateTopic.put(this.#tombstones(name))
    } catch (error) {
      group.become('Empty', this.#parts.clock.now())
      throw error
    }
    this.#groups.delete(name)
    return errorCode.NONE
  }

  /** A topic was deleted: nobody has a position in it any more. */
  async forgetTopic(topic: string): Promise<void> {
    await this.#stateTopic.settled()
    const entries = this.state
      .groupsOf(topic)
      .flatMap((group) =>
        [...this.state.offsetsOf(group)]
          .filter((offset) => offset.topic === topic)
          .map(({ partition }) => offsetEntry(group, topic, partition, null)),
      )
    await this.#stateTopic.put(entries)
  }

  /** Undefined where there may be no more groups. */
  #make(name: string): Group | undefined {
    if (this.#groups.size >= this.#parts.settings.number('leat.max.groups')) return undefined
    const group = new Group(name, this.#parts.clock.now())
    this.#groups.set(name, group)
    return group
  }

  #restore(): void {
    const { clock, metrics } = this.#parts
    for (const name of this.state.names()) {
      const group = restoreGroup(name, this.state.groups.get(name), clock.now())
      this.#groups.set(name, group)
      for (const member of group.members.values()) this.#rebalance.expect(group, member)
    }
    this.#forgetDeletedTopics().catch((error: Error) => {
      this.#parts.logger.error('Offsets of deleted topics could not be removed', {
        error: error.message,
      })
    })
    metrics?.gauge(
      'leat_groups',
      'Consumer groups, with and without members.',
      () => this.#groups.size,
    )
    this.#checkRetentionLater()
  }

  /** A crash between the deletion of a topic and that of its offsets leaves the latter behind. */
  async #forgetDeletedTopics(): Promise<void> {
    const { topics } = this.#parts
    for (const topic of this.state.topics()) {
      if (topics.get(topic) === undefined) await this.forgetTopic(topic)
    }
  }

  #storeEmpty(group: Group, store: (group: Group) => Promise<void>): void {
    store(group).catch((error: Error) => {
      this.#parts.logger.error('A group that became empty could not be stored', {
        group: group.name,
        error: error.message,
      })
    })
  }

  #checkRetentionLater(): void {
    this.#retentionTimer = this.#parts.clock.after(retentionCheckMs, () => {
      this.#expireOffsets()
        .catch((error: Error) => {
          this.#parts.logger.error('Old offsets could not be removed', { error: error.message })
        })
        .finally(() => {
          if (!this.#isClosed) this.#checkRetentionLater()
        })
    })
  }

  /** Offsets of groups without members go after a while, and then the groups. */
  async #expireOffsets(): Promise<void> {
    const { clock, settings } = this.#parts
    const oldestMs = clock.now() - settings.number('offsets.retention.minutes') * 60_000
    for (const group of [...this.#groups.values()]) {
      if (group.state !== 'Empty' || group.pending.size > 0 || group.stateSinceMs > oldestMs)
        continue
      const offsets = [...this.state.offsetsOf(group.name)]
      const old = offsets.filter(({ value }) => Number(value.commitTimestamp) <= oldestMs)
      if (old.length === offsets.length) await this.delete(group.name)
      else await this.deleteOffsets(group.name, old)
    }
  }

  #tombstones(name: string): Entry[] {
    const offsets = [...this.state.offsetsOf(name)].map(({ topic, partition }) =>
      offsetEntry(name, topic, partition, null),
    )
    return this.state.groups.has(name) ? [...offsets, groupEntry(name, null)] : offsets
  }
}

/** There is no such group; without a name there cannot be one. */
function noMemberOf(name: string): number {
  return name === '' ? errorCode.INVALID_GROUP_ID : errorCode.UNKNOWN_MEMBER_ID
}
