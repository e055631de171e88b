/**
 * What the cluster knows about itself: its id, its topics, the next producer id, its users,
 * their delegation tokens, who may do what and how much. Entries of the state topic `__cluster_metadata`, as JSON, so that a person
 * can read them.
 */
import type { AclBinding } from '../access/acl.ts'
import type { Quota } from '../access/quota.ts'
import type { DelegationToken } from './delegation/token.ts'
import { brokerError } from './errors.ts'
import { ScramUsers, type StoredCredential } from './sasl/scram-users.ts'
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
  /** Named by its `entityKey`. */
  readonly quota: Quota
  /** Named by mechanism and user: see `ScramUsers`. */
  readonly scram: StoredCredential
  /** Named by its id. */
  readonly 'delegation-token': DelegationToken
  /** Random bytes that the salts of users whom nobody stored are made of. */
  readonly 'login-secret': { readonly secret: string }
}

type Kind = keyof ClusterEntries

export class ClusterState implements TopicState {
  clusterId: string | undefined
  nextProducerId = 0n
  loginSecret: Buffer | undefined
  readonly topics = new Map<string, TopicEntry>()
  readonly acls = new Map<string, AclBinding>()
  readonly quotas = new Map<string, Quota>()
  readonly scramUsers = new ScramUsers()
  readonly delegationTokens = new Map<string, DelegationToken>()

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
      case 'quota':
        if (value === null) this.quotas.delete(name)
        else this.quotas.set(name, this.#parse<Quota>(value))
        break
      case 'scram':
        this.scramUsers.apply(name, value && this.#parse<StoredCredential>(value))
        break
      case 'delegation-token':
        if (value === null) this.delegationTokens.delete(name)
        else this.delegationTokens.set(name, this.#parse<DelegationToken>(value))
        break
      case 'login-secret':
        if (value !== null) {
          const { secret } = this.#parse<ClusterEntries['login-secret']>(value)
          this.loginSecret = Buffer.from(secret, 'base64')
        }
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
    for (const [name, quota] of this.quotas) yield clusterEntry('quota', name, quota)
    for (const [name, stored] of this.scramUsers.live()) yield clusterEntry('scram', name, stored)
    for (const [id, token] of this.delegationTokens) {
      yield clusterEntry('delegation-token', id, token)
    }
    if (this.loginSecret !== undefined) {
      yield clusterEntry('login-secret', '', { secret: this.loginSecret.toString('base64') })
    }
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
