import { api, array, int16, int32, string } from '../schema.ts'

/** Leaves a classic group: one member until version 2, several since 3. */
export const LeaveGroup = api({
  key: 13,
  name: 'LeaveGroup',
  versions: { from: 0, to: 5 },
  flexible: 4,
  request: {
    groupId: string,
    memberId: string.until(2),
    members: array({
      memberId: string,
      groupInstanceId: string.nullable().default(null),
      /** For the logs of the broker (KIP-800). */
      reason: string.since(5).nullable().default(null).ignorable(),
    }).since(3),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
    members: array({
      memberId: string,
      groupInstanceId: string.nullable(),
      errorCode: int16,
    }).since(3),
  },
})
