import { api, array, bool, int16, int32, int64, string } from '../schema.ts'

/** Asks for the APIs and versions that the broker answers: what every client sends first. */
export const ApiVersions = api({
  key: 18,
  name: 'ApiVersions',
  versions: { from: 0, to: 4 },
  flexible: 3,
  request: {
    clientSoftwareName: string.since(3).ignorable(),
    clientSoftwareVersion: string.since(3).ignorable(),
  },
  response: {
    errorCode: int16,
    apiKeys: array({ apiKey: int16, minVersion: int16, maxVersion: int16 }),
    throttleTimeMs: int32.since(1).ignorable(),
    supportedFeatures: array({ name: string, minVersion: int16, maxVersion: int16 })
      .since(3)
      .tagged(0)
      .ignorable(),
    /** -1 if the epoch is unknown. */
    finalizedFeaturesEpoch: int64.since(3).tagged(1).default(-1n).ignorable(),
    finalizedFeatures: array({ name: string, maxVersionLevel: int16, minVersionLevel: int16 })
      .since(3)
      .tagged(2)
      .ignorable(),
    /** Of clusters that leave ZooKeeper; leat never had one. */
    zkMigrationReady: bool.since(3).tagged(3).ignorable(),
  },
})
