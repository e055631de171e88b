import { api, array, bool, int8, int16, int32, string } from '../schema.ts'

/** Replaces all settings of a resource: what is not listed returns to its default. */
export const AlterConfigs = api({
  key: 33,
  name: 'AlterConfigs',
  versions: { from: 0, to: 2 },
  flexible: 2,
  request: {
    resources: array({
      /** 2: topic, 4: broker. */
      resourceType: int8,
      resourceName: string,
      configs: array({ name: string, value: string.nullable() }),
    }),
    validateOnly: bool,
  },
  response: {
    throttleTimeMs: int32,
    responses: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      resourceType: int8,
      resourceName: string,
    }),
  },
})
