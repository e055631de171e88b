import { api, array, bool, int8, int16, int32, string } from '../schema.ts'

/** Raises and lowers the versions of the cluster's features. */
export const UpdateFeatures = api({
  key: 57,
  name: 'UpdateFeatures',
  versions: { from: 0, to: 2 },
  flexible: 0,
  request: {
    timeoutMs: int32.default(60000),
    featureUpdates: array({
      feature: string,
      maxVersionLevel: int16,
      allowDowngrade: bool.until(0),
      upgradeType: int8.since(1).default(1),
    }),
    validateOnly: bool.since(1),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
    results: array({ feature: string, errorCode: int16, errorMessage: string.nullable() })
      .until(1)
      .ignorable(),
  },
})
