import { api, array, bool, int16, int32, int64, string } from '../schema.ts'

/** Shows how much of its disks a broker uses, by partition. */
export const DescribeLogDirs = api({
  key: 35,
  name: 'DescribeLogDirs',
  versions: { from: 1, to: 4 },
  flexible: 2,
  request: {
    /** Null asks for all. */
    topics: array({ topic: string, partitions: array(int32) }).nullable(),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16.since(3).ignorable(),
    results: array({
      errorCode: int16,
      logDir: string,
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          partitionSize: int64,
          /** How far the replica is behind. */
          offsetLag: int64,
          isFutureKey: bool,
        }),
      }),
      /** Of the whole disk; -1 if unknown. */
      totalBytes: int64.since(4).default(-1n).ignorable(),
      /** What is free on the disk; -1 if unknown. */
      usableBytes: int64.since(4).default(-1n).ignorable(),
    }),
  },
})
