import type { Timer } from '../../base/clock.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { JoinResult, Member, Protocol, SyncResult } from './member.ts'
import type { StoredGroup } from './records.ts'

export type State = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead'

const nothing = Buffer.alloc(0)

/** One consumer group: who is in it and how far its rebalance has got. It decides; others act. */
export class Group {
  readonly name: string
  state: State = 'Empty'
  stateSinceMs: number
  generation = 0
  protocolType: string | null = null
  protocol: string | null = null
  leader: string | null = null
  readonly members = new Map<string, Member>()
  /** Ids that were given to members who have not joined with them yet, with their time limits. */
  readonly pending = new Map<string, Timer>()
  /** Members of the new generation who have not asked for their assignment yet. */
  readonly unsynced = new Set<string>()
  /** Ends the rebalance step that is under way. */
  rebalanceTimer: Timer | undefined
  /** Whether this is the first rebalance of an empty group, which waits for more members … */
  waitsForMore = false
  /** … and a little longer if somebody came meanwhile. */
  newMemberJoined = false
  readonly #byInstance = new Map<string, string>()

  constructor(name: string, nowMs: number) {
    this.name = name
    this.stateSinceMs = nowMs
  }

  become(state: State, nowMs: number): void {
    this.state = state
    this.stateSinceMs = nowMs
  }

  add(member: Member): void {
    if (this.members.size === 0) this.protocolType = member.protocolType
    this.leader ??= member.id
    this.members.set(member.id, member)
    if (member.groupInstanceId !== null) this.#byInstance.set(member.groupInstanceId, member.id)
  }

  remove(member: Member): void {
    member.session?.cancel()
    this.members.delete(member.id)
    this.unsynced.delete(member.id)
    const { groupInstanceId } = member
    if (groupInstanceId !== null && this.#byInstance.get(groupInstanceId) === member.id) {
      this.#byInstance.delete(groupInstanceId)
    }
    if (this.leader === member.id) this.leader = this.members.keys().next().value ?? null
  }

  /** A static member came back: the same one under a new id. */
  rename(member: Member, id: string): void {
    const wasLeader = this.leader === member.id
    this.members.delete(member.id)
    this.unsynced.delete(member.id)
    member.id = id
    this.members.set(id, member)
    if (member.groupInstanceId !== null) this.#byInstance.set(member.groupInstanceId, id)
    if (wasLeader) this.leader = id
  }

  staticMember(groupInstanceId: string): Member | undefined {
    const id = this.#byInstance.get(groupInstanceId)
    return id === undefined ? undefined : this.members.get(id)
  }

  /** The member of this id, or why the request may not speak for it. */
  memberOf(memberId: string, groupInstanceId: string | null): Member | number {
    if (groupInstanceId !== null) {
      const id = this.#byInstance.get(groupInstanceId)
      if (id === undefined) return errorCode.UNKNOWN_MEMBER_ID
      if (id !== memberId) return errorCode.FENCED_INSTANCE_ID
    }
    return this.members.get(memberId) ?? errorCode.UNKNOWN_MEMBER_ID
  }

  /** Whether somebody with these protocols can share one with all who are here. */
  accepts(protocolType: string, protocols: readonly Protocol[]): boolean {
    if (protocolType === '' || protocols.length === 0) return false
    if (this.members.size === 0) return true
    const members = [...this.members.values()]
    return (
      protocolType === this.protocolType &&
      protocols.some(({ name }) => members.every((member) => member.supports(name)))
    )
  }

  /** The protocol that all members know and most prefer; ties go to the name that sorts first. */
  vote(): string | null {
    const members = [...this.members.values()]
    const votes = new Map<string, number>()
    for (const { protocols } of members) {
      const choice = protocols.find(({ name }) => members.every((member) => member.supports(name)))
      if (choice !== undefined) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1)
    }
    const ranked = [...votes].sort(([a, forA], [b, forB]) => forB - forA || (a < b ? -1 : 1))
    return ranked[0]?.[0] ?? null
  }

  /** Makes a member that has joined the leader, where the old one has not; false if nobody has. */
  electJoined(): boolean {
    if (this.leader !== null && this.members.get(this.leader)?.joined !== undefined) return true
    const joined = [...this.members.values()].find((member) => member.joined !== undefined)
    if (joined === undefined) return false
    this.leader = joined.id
    return true
  }

  get isWholeGroupJoined(): boolean {
    return (
      this.pending.size === 0 &&
      [...this.members.values()].every(({ joined }) => joined !== undefined)
    )
  }

  /** The most patient member decides how long a rebalance waits. */
  get rebalanceTimeoutMs(): number {
    return Math.max(0, ...[...this.members.values()].map((member) => member.rebalanceTimeoutMs))
  }

  joinResult(
    member: Member,
    options: { leader?: string; skipAssignment?: boolean } = {},
  ): JoinResult {
    const isLeader = member.id === this.leader
    const skipAssignment = options.skipAssignment ?? false
    const showsMembers = isLeader && (options.leader === undefined || skipAssignment)
    return {
      errorCode: errorCode.NONE,
      generationId: this.generation,
      protocolType: this.protocolType,
      protocolName: this.protocol,
      leader: options.leader ?? this.leader ?? '',
      memberId: member.id,
      skipAssignment,
      members: showsMembers
        ? [...this.members.values()].map((one) => ({
            memberId: one.id,
            groupInstanceId: one.groupInstanceId,
            metadata: one.metadataOf(this.protocol),
          }))
        : [],
    }
  }

  syncResult(member: Member): SyncResult {
    return {
      errorCode: errorCode.NONE,
      protocolType: this.protocolType,
      protocolName: this.protocol,
      assignment: member.assignment,
    }
  }

  /** For the log: enough to go on after a restart as if nothing had been. */
  stored(assignments?: ReadonlyMap<string, Buffer>): StoredGroup {
    return {
      protocolType: this.protocolType ?? '',
      generation: this.generation,
      protocol: this.protocol,
      leader: this.leader,
      currentStateTimestamp: BigInt(this.stateSinceMs),
      members: [...this.members.values()].map((member) => ({
        memberId: member.id,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeout: member.rebalanceTimeoutMs,
        sessionTimeout: member.sessionTimeoutMs,
        subscription: member.metadataOf(this.protocol),
        assignment: assignments?.get(member.id) ?? (assignments ? nothing : member.assignment),
      })),
    }
  }
}

export function joinFailure(code: number, memberId: string): JoinResult {
  return {
    errorCode: code,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    memberId,
    skipAssignment: false,
    members: [],
  }
}

export function syncFailure(code: number): SyncResult {
  return { errorCode: code, protocolType: null, protocolName: null, assignment: nothing }
}
