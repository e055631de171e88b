import type { Clock } from '../../base/clock.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { type Group, joinFailure, syncFailure } from './group.ts'
import type { Member } from './member.ts'

export interface RebalanceParts {
  readonly clock: Clock
  /** How long the first rebalance of an empty group waits for more members. */
  readonly initialDelayMs: number
  /** Called when a group has lost its last member. */
  readonly becameEmpty: (group: Group) => void
}

/** Who joined for the first time and was told nothing yet may stay this long (Kafka's five minutes). */
const newMemberJoinMs = 5 * 60 * 1000

/** Moves groups from one generation to the next, and puts out members that are late. */
export class Rebalance {
  readonly #parts: RebalanceParts

  constructor(parts: RebalanceParts) {
    this.#parts = parts
  }

  /** Asks all members to join again, unless that is under way. */
  begin(group: Group): void {
    if (group.state === 'PreparingRebalance' || group.state === 'Dead') {
      this.completeIfAllJoined(group)
      return
    }
    if (group.state === 'CompletingRebalance') {
      for (const member of group.members.values()) {
        member.answerSync(syncFailure(errorCode.REBALANCE_IN_PROGRESS))
        this.expect(group, member)
      }
    }
    const isFirst = group.state === 'Empty'
    group.become('PreparingRebalance', this.#parts.clock.now())
    group.unsynced.clear()
    if (isFirst) {
      this.#waitForMore(group, Math.max(0, group.rebalanceTimeoutMs - this.#parts.initialDelayMs))
    } else {
      this.#after(group, group.rebalanceTimeoutMs, () => this.#complete(group))
      this.completeIfAllJoined(group)
    }
  }

  /** Ends the wait for members when there is nobody left to wait for. */
  completeIfAllJoined(group: Group): void {
    if (group.state !== 'PreparingRebalance' || group.waitsForMore) return
    if (group.isWholeGroupJoined) this.#complete(group)
  }

  /** A member has its session's time from now; one that waits for us cannot be late. */
  expect(group: Group, member: Member): void {
    member.session?.cancel()
    const isJoiningFirst = member.joined !== undefined && member.isNew
    const limitMs = isJoiningFirst ? newMemberJoinMs : member.sessionTimeoutMs
    member.session = this.#parts.clock.after(limitMs, () => {
      if (member.isWaiting && !isJoiningFirst) this.expect(group, member)
      else this.remove(group, member)
    })
  }

  /** Takes a member out; the others then share what it had. */
  remove(group: Group, member: Member): void {
    member.answerJoin(joinFailure(errorCode.UNKNOWN_MEMBER_ID, member.id))
    member.answerSync(syncFailure(errorCode.UNKNOWN_MEMBER_ID))
    group.remove(member)
    if (group.state === 'PreparingRebalance' && group.members.size > 0) {
      this.completeIfAllJoined(group)
    } else if (group.state === 'Stable' || group.state === 'CompletingRebalance') {
      this.begin(group)
    } else if (group.members.size === 0 && group.pending.size === 0) this.#complete(group)
  }

  stop(group: Group): void {
    group.rebalanceTimer?.cancel()
    for (const timer of group.pending.values()) timer.cancel()
    for (const member of group.members.values()) {
      member.session?.cancel()
      member.answerJoin(joinFailure(errorCode.COORDINATOR_NOT_AVAILABLE, member.id))
      member.answerSync(syncFailure(errorCode.COORDINATOR_NOT_AVAILABLE))
    }
  }

  /** The first rebalance waits, and a little longer as long as members keep coming. */
  #waitForMore(group: Group, remainingMs: number): void {
    const delayMs = Math.min(this.#parts.initialDelayMs, remainingMs)
    group.waitsForMore = true
    group.newMemberJoined = false
    this.#after(group, delayMs, () => {
      if (group.newMemberJoined && delayMs > 0) this.#waitForMore(group, remainingMs - delayMs)
      else this.#complete(group)
    })
  }

  #after(group: Group, ms: number, action: () => void): void {
    group.rebalanceTimer?.cancel()
    group.rebalanceTimer = this.#parts.clock.after(ms, action)
  }

  /** Whoever has not joined by now is out; static members keep their place until their session ends. */
  #complete(group: Group): void {
    if (group.state !== 'PreparingRebalance') return
    group.waitsForMore = false
    group.rebalanceTimer?.cancel()
    for (const member of [...group.members.values()]) {
      if (member.joined === undefined && member.groupInstanceId === null) group.remove(member)
    }
    if (group.members.size > 0 && !group.electJoined()) {
      this.#after(group, group.rebalanceTimeoutMs, () => this.#complete(group))
      return
    }
    group.generation += 1
    if (group.members.size === 0) this.#becomeEmpty(group)
    else this.#startGeneration(group)
  }

  #becomeEmpty(group: Group): void {
    group.protocol = null
    group.leader = null
    group.become('Empty', this.#parts.clock.now())
    this.#parts.becameEmpty(group)
  }

  #startGeneration(group: Group): void {
    group.protocol = group.vote()
    group.become('CompletingRebalance', this.#parts.clock.now())
    for (const member of group.members.values()) {
      group.unsynced.add(member.id)
      member.isNew = false
      member.answerJoin(group.joinResult(member))
      this.expect(group, member)
    }
    const generation = group.generation
    this.#after(group, group.rebalanceTimeoutMs, () => this.#removeUnsynced(group, generation))
  }

  /** Members that joined and then never asked for their assignment hold up the group no longer. */
  #removeUnsynced(group: Group, generation: number): void {
    if (group.generation !== generation) return
    const late = [...group.unsynced]
    if (late.length === 0) return
    for (const id of late) {
      const member = group.members.get(id)
      if (member !== undefined) group.remove(member)
    }
    this.begin(group)
  }
}
