import { api, array, bool, bytes, int16, int32, string } from '../schema.ts'

/** Shows the members of classic groups. */
export const DescribeGroups = api({
  key: 15,
  name: 'DescribeGroups',
  versions: { from: 0, to: 6 },
  flexible: 5,
  request: { groups: array(string), includeAuthorizedOperations: bool.since(3) },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    groups: array({
      errorCode: int16,
      errorMessage: string.since(6).nullable().default(null),
      groupId: string,
      /** As Kafka spells it: Dead, Empty, PreparingRebalance, CompletingRebalance, Stable. */
      groupState: string,
      protocolType: string,
      protocolData: string,
      members: array({
        memberId: string,
        groupInstanceId: string.since(4).nullable().default(null).ignorable(),
        clientId: string,
        clientHost: string,
        memberMetadata: bytes,
        memberAssignment: bytes,
      }),
      /** A bit for every operation that the client may do; -2147483648 if it did not ask. */
      authorizedOperations: int32.since(3).default(-2147483648),
    }),
  },
})
