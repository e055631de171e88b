import { api, array, bool, bytes, int16, int32, string } from '../schema.ts'

/** Enters a classic group; the answer comes when the group is complete. */
export const JoinGroup = api({
  key: 11,
  name: 'JoinGroup',
  versions: { from: 0, to: 9 },
  flexible: 6,
  request: {
    groupId: string,
    sessionTimeoutMs: int32,
    /** How long the others may take to join again; version 0 means the session timeout. */
    rebalanceTimeoutMs: int32.since(1).default(-1).ignorable(),
    /** Empty at first; the coordinator gives one. */
    memberId: string,
    /** The name of a static member, which keeps its partitions over a restart (KIP-345). */
    groupInstanceId: string.since(5).nullable().default(null),
    protocolType: string,
    /** The assignors that the member knows, best first, each with its subscription. */
    protocols: array({ name: string, metadata: bytes }),
    reason: string.since(8).nullable().default(null).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    errorCode: int16,
    generationId: int32.default(-1),
    protocolType: string.since(7).nullable().default(null).ignorable(),
    protocolName: string.nullable(7),
    leader: string,
    /** The leader is to send an empty assignment: nothing has changed. */
    skipAssignment: bool.since(9),
    memberId: string,
    /** Only the leader gets them, to assign the partitions. */
    members: array({
      memberId: string,
      groupInstanceId: string.since(5).nullable().default(null).ignorable(),
      metadata: bytes,
    }),
  },
})
