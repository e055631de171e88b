/** A Fetch of one partition, without a session and without waiting unless it is said. */
export function fetchOf(
  topic: string,
  fetchOffset: bigint,
  more: {
    maxWaitMs?: number
    minBytes?: number
    maxBytes?: number
    sessionId?: number
    sessionEpoch?: number
    partitionMaxBytes?: number
    partition?: number
  } = {},
) {
  const {
    maxWaitMs = 0,
    minBytes = 1,
    maxBytes = 1 << 20,
    sessionId = 0,
    sessionEpoch = -1,
    partitionMaxBytes = 1 << 20,
    partition = 0,
  } = more
  return {
    replicaId: -1,
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel: 0,
    sessionId,
    sessionEpoch,
    topics: [{ topic, partitions: [{ partition, fetchOffset, partitionMaxBytes }] }],
    forgottenTopicsData: [],
    rackId: '',
  }
}
