import { api, int16, int32, string } from '../schema.ts'

/** Says that a member of a classic group is alive; the answer says whether to join again. */
export const Heartbeat = api({
  key: 12,
  name: 'Heartbeat',
  versions: { from: 0, to: 4 },
  flexible: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: string.since(3).nullable().default(null),
  },
  response: { throttleTimeMs: int32.since(1).ignorable(), errorCode: int16 },
})
