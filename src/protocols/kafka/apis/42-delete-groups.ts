import { api, array, int16, int32, string } from '../schema.ts'

/** Deletes groups that have no members, with their offsets. */
export const DeleteGroups = api({
  key: 42,
  name: 'DeleteGroups',
  versions: { from: 0, to: 2 },
  flexible: 2,
  request: { groupsNames: array(string) },
  response: {
    throttleTimeMs: int32,
    results: array({ groupId: string, errorCode: int16 }),
  },
})
