import { api, array, int16, int32, string } from '../schema.ts'

/** Lists the groups that this broker coordinates. */
export const ListGroups = api({
  key: 16,
  name: 'ListGroups',
  versions: { from: 0, to: 5 },
  flexible: 3,
  request: {
    /** Empty: groups in every state. */
    statesFilter: array(string).since(4),
    /** Empty: groups of every type. */
    typesFilter: array(string).since(5),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16,
    groups: array({
      groupId: string,
      protocolType: string,
      groupState: string.since(4).ignorable(),
      groupType: string.since(5).ignorable(),
    }),
  },
})
