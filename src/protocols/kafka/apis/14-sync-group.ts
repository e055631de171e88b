import { api, array, bytes, int16, int32, string } from '../schema.ts'

/** Hands the leader's assignment to the coordinator, and to every member its part. */
export const SyncGroup = api({
  key: 14,
  name: 'SyncGroup',
  versions: { from: 0, to: 5 },
  flexible: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: string.since(3).nullable().default(null),
    protocolType: string.since(5).nullable().default(null).ignorable(),
    protocolName: string.since(5).nullable().default(null).ignorable(),
    /** Only the leader sends any. */
    assignments: array({ memberId: string, assignment: bytes }),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
    protocolType: string.since(5).nullable().default(null).ignorable(),
    protocolName: string.since(5).nullable().default(null).ignorable(),
    assignment: bytes,
  },
})
