import { api, array, int8, int16, int32, string } from '../schema.ts'

/** Lists the resources that have settings; version 0 lists client metrics only. */
export const ListConfigResources = api({
  key: 74,
  name: 'ListConfigResources',
  versions: { from: 0, to: 1 },
  flexible: 0,
  request: { resourceTypes: array(int8).since(1) },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    configResources: array({
      resourceName: string,
      resourceType: int8.since(1).default(16).ignorable(),
    }),
  },
})
