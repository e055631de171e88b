/**
 * What the cluster knows about itself: its id, its topics, the next producer id, who may do what.
 * Entries of the state topic `__cluster_metadata`, as JSON, so that a person can read them.
 */
import type { AclBinding } from '../access/acl.ts'
import { brokerError } from './errors.ts'
import type { Entry, TopicState } from './state-topic.ts'

export interface TopicEntry {
  readonly id: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
}

interface ClusterEntries {
  readonly cluster: { readonly id: string }
  readonly 'producer-ids': { readonly next: string }
  readonly topic: TopicEntry
  /** Named by its `aclKey`. */
  readonly acl: AclBinding
}

type Kind = keyof ClusterEntries

export class ClusterState implements TopicState {
  clusterId: string | undefined
  nextProducerId = 0n
  readonly topics = new Map<string, TopicEntry>()
  readonly acls = new Map<string, AclBinding>()

  apply(key: Buffer, value: Buffer | null): void {
    const [kind, name] = this.#parse<[Kind, string]>(key)
    switch (kind) {
      case 'cluster':
        if (value !== null) this.clusterId = this.#parse<ClusterEntries['cluster']>(value).id
        break
      case 'producer-ids':
        if (value !== null) {
          this.nextProducerId = BigInt(this.#parse<ClusterEntries['producer-ids']>(value).next)
        }
        break
      case 'topic':
        if (value === null) this.topics.delete(name)
        else this.topics.set(name, this.#parse<TopicEntry>(value))
        break
      case 'acl':
        if (value === null) this.acls.delete(name)
        else this.acls.set(name, this.#parse<AclBinding>(value))
        break
      default:
        throw brokerError('cluster-state-damaged', { entry: key.toString() })
    }
  }

  *live(): Iterable<Entry> {
    if (this.clusterId !== undefined) yield clusterEntry('cluster', '', { id: this.clusterId })
    yield clusterEntry('producer-ids', '', { next: String(this.nextProducerId) })
    for (const [name, topic] of this.topics) yield clusterEntry('topic', name, topic)
    for (const [name, acl] of this.acls) yield clusterEntry('acl', name, acl)
  }

  #parse<Value>(text: Buffer): Value {
    try {
      return JSON.parse(text.toString())
    } catch (cause) {
      throw brokerError('cluster-state-damaged', { entry: text.toString() }, { cause })
    }
  }
}

export function clusterEntry<Of extends Kind>(
  kind: Of,
  name: string,
  value: ClusterEntries[Of] | null,
): Entry {
  return {
    key: Buffer.from(JSON.stringify([kind, name])),
    value: value === null ? null : Buffer.from(JSON.stringify(value)),
  }
}
