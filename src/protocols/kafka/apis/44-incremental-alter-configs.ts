import { api, array, bool, int8, int16, int32, string } from '../schema.ts'

/** Changes single settings and leaves the others as they are (KIP-339). */
export const IncrementalAlterConfigs = api({
  key: 44,
  name: 'IncrementalAlterConfigs',
  versions: { from: 0, to: 1 },
  flexible: 1,
  request: {
    resources: array({
      /** 2: topic, 4: broker, 8: logger of a broker, 16: client metrics, 32: group. */
      resourceType: int8,
      resourceName: string,
      configs: array({
        name: string,
        /** 0: set, 1: delete, 2: append to a list, 3: subtract from a list. */
        configOperation: int8,
        value: string.nullable(),
      }),
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
