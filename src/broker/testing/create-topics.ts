import { CreateTopics } from '../../protocols/kafka/apis/19-create-topics.ts'
import type { Peer } from './peer.ts'

interface Wanted {
  readonly name: string
  readonly numPartitions?: number
  readonly replicationFactor?: number
  readonly configs?: readonly { name: string; value: string | null }[]
}

/** What the broker answers about each topic that was asked for. */
export async function createTopics(peer: Peer, wanted: readonly Wanted[], validateOnly = false) {
  const { topics } = await peer.request(CreateTopics, 7, {
    topics: wanted.map(({ name, numPartitions = 1, replicationFactor = 1, configs = [] }) => ({
      name,
      numPartitions,
      replicationFactor,
      assignments: [],
      configs,
    })),
    timeoutMs: 1000,
    validateOnly,
  })
  return topics
}
