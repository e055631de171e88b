import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeVersioned,
  encodeVersioned,
} from '../../protocols/kafka/consumer-protocol.ts'
import type { Cluster } from './cluster.ts'
import type { GroupProtocol, MemberMetadata } from './group-membership.ts'
import { assignRange, type TopicPartitions } from './range-assignor.ts'

/** What the members of a group of consumers tell each other, sharing partitions by `range`. */
export class RangeProtocol implements GroupProtocol {
  readonly type = 'consumer'
  readonly name = 'range'
  readonly #cluster: Cluster
  readonly #topics: readonly string[]
  /** The partitions that this member shared out as leader, by topic. */
  #sharedOut: ReadonlyMap<string, number> | undefined

  constructor(cluster: Cluster, topics: readonly string[]) {
    this.#cluster = cluster
    this.#topics = topics
  }

  readonly metadata = (): Buffer => {
    this.#sharedOut = undefined
    return encodeVersioned(ConsumerProtocolSubscription, 0, { topics: this.#topics })
  }

  readonly assign = async (members: readonly MemberMetadata[]): Promise<Map<string, Buffer>> => {
    const subscribed = members.map(({ memberId, metadata }) => ({
      id: memberId,
      topics: decodeVersioned(ConsumerProtocolSubscription, metadata).topics,
    }))
    const names = [...new Set(subscribed.flatMap(({ topics }) => topics))].sort()
    const counts = await this.#count(names)
    this.#sharedOut = new Map(names.map((name) => [name, counts.get(name) ?? 0]))
    const shares = Array.from(assignRange(subscribed, counts), ([id, assignedPartitions]) => {
      const share = encodeVersioned(ConsumerProtocolAssignment, 0, { assignedPartitions })
      return [id, share] as const
    })
    return new Map(shares)
  }

  partitionsIn(assignment: Buffer): TopicPartitions[] {
    if (assignment.length === 0) return []
    const { assignedPartitions } = decodeVersioned(ConsumerProtocolAssignment, assignment)
    return assignedPartitions.map((one) => ({ topic: one.topic, partitions: [...one.partitions] }))
  }

  /** Whether topics have more partitions, or fewer, than this member has shared out as leader. */
  async isOutgrown(): Promise<boolean> {
    const shared = this.#sharedOut
    if (shared === undefined) return false
    const counts = await this.#count([...shared.keys()])
    return Array.from(shared).some(([topic, count]) => (counts.get(topic) ?? count) !== count)
  }

  /** How many partitions these topics have; those that cannot be seen now are left out. */
  async #count(names: readonly string[]): Promise<Map<string, number>> {
    const found = await this.#cluster.topics(names)
    return new Map(
      found.flatMap(({ name, partitions, error }) =>
        error === undefined ? [[name, partitions.length]] : [],
      ),
    )
  }
}
