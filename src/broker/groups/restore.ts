import { Group } from './group.ts'
import { Member } from './member.ts'
import type { StoredGroup } from './records.ts'

/** A group as it was stored: its members go on in their generation as if nothing had been. */
export function restoreGroup(name: string, stored: StoredGroup | undefined, nowMs: number): Group {
  // Only offsets are known: nobody was ever in it, and their own age alone counts.
  if (stored === undefined) return new Group(name, 0)
  const group = new Group(name, nowMs)
  group.generation = stored.generation
  for (const one of stored.members) {
    const protocols =
      stored.protocol === null ? [] : [{ name: stored.protocol, metadata: one.subscription }]
    const member = new Member(one.memberId, {
      groupInstanceId: one.groupInstanceId,
      clientId: one.clientId,
      clientHost: one.clientHost,
      sessionTimeoutMs: one.sessionTimeout,
      rebalanceTimeoutMs: one.rebalanceTimeout,
      protocolType: stored.protocolType,
      protocols,
    })
    member.assignment = one.assignment
    member.isNew = false
    group.add(member)
  }
  group.protocolType = stored.protocolType === '' ? null : stored.protocolType
  group.protocol = stored.protocol
  group.leader = stored.leader
  group.become(group.members.size > 0 ? 'Stable' : 'Empty', sinceMs(stored, nowMs))
  return group
}

function sinceMs({ currentStateTimestamp }: StoredGroup, nowMs: number): number {
  return currentStateTimestamp < 0n ? nowMs : Number(currentStateTimestamp)
}
