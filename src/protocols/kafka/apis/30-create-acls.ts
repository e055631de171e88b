import { api, array, int8, int16, int32, string } from '../schema.ts'

/** Adds rules of access. */
export const CreateAcls = api({
  key: 30,
  name: 'CreateAcls',
  versions: { from: 1, to: 3 },
  flexible: 2,
  request: {
    creations: array({
      resourceType: int8,
      resourceName: string,
      resourcePatternType: int8.default(3),
      principal: string,
      host: string,
      operation: int8,
      permissionType: int8,
    }),
  },
  response: {
    throttleTimeMs: int32,
    results: array({ errorCode: int16, errorMessage: string.nullable() }),
  },
})
