import type { Clock } from '../../base/clock.ts'
import { type Random, uuidBytes } from '../../base/random.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { type Group, joinFailure, syncFailure } from './group.ts'
import { type Joining, type JoinResult, Member, type SyncResult } from './member.ts'
import type { Rebalance } from './rebalance.ts'

export interface JoinRequest extends Joining {
  readonly memberId: string
  /** Since version 4 a new member is first told its id, so that it is counted once (KIP-394). */
  readonly requireKnownMemberId: boolean
  /** Since version 9 a leader may be told that nothing has to be assigned (KIP-814). */
  readonly supportsSkippingAssignment: boolean
}

export interface SyncRequest {
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignments: readonly { memberId: string; assignment: Buffer }[]
}

export interface MembershipParts {
  readonly clock: Clock
  readonly random: Random
  readonly rebalance: Rebalance
  readonly mostMembers: number
  /** Puts the group on disk, with the assignments that it is about to have. */
  readonly store: (group: Group, assignments?: ReadonlyMap<string, Buffer>) => Promise<void>
}

/** Join, sync, heartbeat and leave of the classic protocol, as Apache Kafka answers them. */
export class Membership {
  readonly #parts: MembershipParts

  constructor(parts: MembershipParts) {
    this.#parts = parts
  }

  join(group: Group, request: JoinRequest): Promise<JoinResult> | JoinResult {
    const { memberId, groupInstanceId } = request
    if (group.state === 'Dead') return joinFailure(errorCode.COORDINATOR_NOT_AVAILABLE, memberId)
    if (!group.accepts(request.protocolType, request.protocols)) {
      return joinFailure(errorCode.INCONSISTENT_GROUP_PROTOCOL, memberId)
    }
    if (memberId === '') {
      return groupInstanceId === null
        ? this.#joinNew(group, request)
        : this.#joinStatic(group, request, groupInstanceId)
    }
    const timer = group.pending.get(memberId)
    if (timer !== undefined) {
      timer.cancel()
      group.pending.delete(memberId)
      return this.#add(group, new Member(memberId, request))
    }
    const member = group.memberOf(memberId, groupInstanceId)
    if (typeof member === 'number') return joinFailure(member, memberId)
    return this.#joinAgain(group, member, request)
  }

  async sync(group: Group, request: SyncRequest): Promise<SyncResult> {
    const member = group.memberOf(request.memberId, request.groupInstanceId)
    if (typeof member === 'number') return syncFailure(member)
    const failure = syncProblem(group, request)
    if (failure !== errorCode.NONE) return syncFailure(failure)
    group.unsynced.delete(member.id)
    if (group.state === 'Stable') {
      this.#parts.rebalance.expect(group, member)
      return group.syncResult(member)
    }
    member.answerSync(syncFailure(errorCode.REBALANCE_IN_PROGRESS))
    const answer = new Promise<SyncResult>((resolve) => {
      member.synced = resolve
    })
    if (member.id === group.leader) void this.#assign(group, request)
    return await answer
  }

  heartbeat(
    group: Group,
    request: { generationId: number; memberId: string; groupInstanceId: string | null },
  ): number {
    const member = group.memberOf(request.memberId, request.groupInstanceId)
    if (typeof member === 'number') return member
    if (request.generationId !== group.generation) return errorCode.ILLEGAL_GENERATION
    this.#parts.rebalance.expect(group, member)
    return group.state === 'PreparingRebalance' ? errorCode.REBALANCE_IN_PROGRESS : errorCode.NONE
  }

  leave(group: Group, memberId: string, groupInstanceId: string | null): number {
    const { rebalance } = this.#parts
    const timer = group.pending.get(memberId)
    if (timer !== undefined && groupInstanceId === null) {
      timer.cancel()
      group.pending.delete(memberId)
      rebalance.completeIfAllJoined(group)
      return errorCode.NONE
    }
    // An administrator takes a static member out by its instance id alone.
    const byInstance =
      memberId === '' && groupInstanceId !== null ? group.staticMember(groupInstanceId) : undefined
    const member = byInstance ?? group.memberOf(memberId, groupInstanceId)
    if (typeof member === 'number') return member
    rebalance.remove(group, member)
    return errorCode.NONE
  }

  #joinNew(group: Group, request: JoinRequest): Promise<JoinResult> | JoinResult {
    if (this.#isFull(group)) return joinFailure(errorCode.GROUP_MAX_SIZE_REACHED, '')
    const id = this.#newId(request.clientId)
    if (!request.requireKnownMemberId) return this.#add(group, new Member(id, request))
    const timer = this.#parts.clock.after(request.sessionTimeoutMs, () => {
      group.pending.delete(id)
      this.#parts.rebalance.completeIfAllJoined(group)
    })
    group.pending.set(id, timer)
    return joinFailure(errorCode.MEMBER_ID_REQUIRED, id)
  }

  #joinStatic(
    group: Group,
    request: JoinRequest,
    groupInstanceId: string,
  ): Promise<JoinResult> | JoinResult {
    const id = this.#newId(groupInstanceId)
    const member = group.staticMember(groupInstanceId)
    if (member !== undefined) return this.#replaceStatic(group, member, id, request)
    if (this.#isFull(group)) return joinFailure(errorCode.GROUP_MAX_SIZE_REACHED, '')
    return this.#add(group, new Member(id, request))
  }

  /** A static member restarted: while the elected protocol stays, nobody else notices (KIP-345). */
  async #replaceStatic(
    group: Group,
    member: Member,
    id: string,
    request: JoinRequest,
  ): Promise<JoinResult> {
    const { rebalance } = this.#parts
    const leaderBefore = group.leader ?? ''
    member.answerJoin(joinFailure(errorCode.FENCED_INSTANCE_ID, member.id))
    member.answerSync(syncFailure(errorCode.FENCED_INSTANCE_ID))
    group.rename(member, id)
    member.update(request)
    const needsNobody = group.state === 'Stable' && group.vote() === group.protocol
    if (!needsNobody) return await this.#waitForJoin(group, member)
    rebalance.expect(group, member)
    const skipAssignment = request.supportsSkippingAssignment && group.leader === id
    const leader = skipAssignment ? id : leaderBefore
    // Said of this generation: another one may have begun when the group is on disk.
    const result = group.joinResult(member, { leader, skipAssignment })
    try {
      await this.#parts.store(group)
    } catch {
      return joinFailure(errorCode.COORDINATOR_NOT_AVAILABLE, id)
    }
    return result
  }

  #joinAgain(group: Group, member: Member, request: JoinRequest): Promise<JoinResult> | JoinResult {
    const isSame = member.hasProtocols(request.protocols)
    const isLeader = member.id === group.leader
    const mayStay =
      (group.state === 'CompletingRebalance' && isSame) ||
      (group.state === 'Stable' && isSame && !isLeader)
    member.update(request)
    if (!mayStay) return this.#waitForJoin(group, member)
    this.#parts.rebalance.expect(group, member)
    return group.joinResult(member)
  }

  #add(group: Group, member: Member): Promise<JoinResult> {
    group.add(member)
    group.newMemberJoined = true
    return this.#waitForJoin(group, member)
  }

  #waitForJoin(group: Group, member: Member): Promise<JoinResult> {
    return new Promise((resolve) => {
      member.answerJoin(joinFailure(errorCode.UNKNOWN_MEMBER_ID, member.id))
      member.joined = resolve
      this.#parts.rebalance.expect(group, member)
      this.#parts.rebalance.begin(group)
    })
  }

  /** The leader has assigned: on disk first, then everybody gets their part. */
  async #assign(group: Group, { generationId, assignments }: SyncRequest): Promise<void> {
    const { clock, rebalance, store } = this.#parts
    const byMember = new Map(assignments.map(({ memberId, assignment }) => [memberId, assignment]))
    const isCurrent = () =>
      group.state === 'CompletingRebalance' && group.generation === generationId
    try {
      await store(group, byMember)
    } catch {
      if (!isCurrent()) return
      for (const member of group.members.values()) {
        member.answerSync(syncFailure(errorCode.COORDINATOR_NOT_AVAILABLE))
      }
      rebalance.begin(group)
      return
    }
    if (!isCurrent()) return
    group.become('Stable', clock.now())
    const nothing = Buffer.alloc(0)
    for (const member of group.members.values()) {
      member.assignment = byMember.get(member.id) ?? nothing
      if (member.synced === undefined) continue
      member.answerSync(group.syncResult(member))
      rebalance.expect(group, member)
    }
  }

  #isFull(group: Group): boolean {
    return group.members.size + group.pending.size >= this.#parts.mostMembers
  }

  #newId(prefix: string): string {
    const hex = uuidBytes(this.#parts.random).toString('hex')
    return `${prefix}-${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`
  }
}

function syncProblem(group: Group, request: SyncRequest): number {
  const { generationId, protocolType, protocolName } = request
  if (generationId !== group.generation) return errorCode.ILLEGAL_GENERATION
  if (
    (protocolType !== null && protocolType !== group.protocolType) ||
    (protocolName !== null && protocolName !== group.protocol)
  ) {
    return errorCode.INCONSISTENT_GROUP_PROTOCOL
  }
  if (group.state === 'PreparingRebalance') return errorCode.REBALANCE_IN_PROGRESS
  return group.state === 'Empty' || group.state === 'Dead'
    ? errorCode.UNKNOWN_MEMBER_ID
    : errorCode.NONE
}
