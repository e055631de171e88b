/** All that a cluster has and another one could go on with. */
import type { CodedAcl } from '../access/acl-codes.ts'
import type { KafkaClient } from '../client/index.ts'
import { listGroups, positionsOf } from '../connectors/mirror/copying.ts'
import { type Quota, readQuotas, readRules } from './rights.ts'
import { readTopics, type TopicState } from './topics.ts'
import { readUsers, type User } from './users.ts'

export interface GroupState {
  readonly group: string
  readonly positions: Awaited<ReturnType<typeof positionsOf>>
}

export interface Inventory {
  readonly clusterId: string
  readonly topics: readonly TopicState[]
  readonly groups: readonly GroupState[]
  /** Undefined where the cluster keeps no rules. */
  readonly rules: readonly CodedAcl[] | undefined
  readonly quotas: readonly Quota[]
  readonly users: readonly User[]
}

/** What of the target is looked at before anything is written there. */
export type TargetInventory = Pick<Inventory, 'topics' | 'rules' | 'users'>

export async function takeTargetInventory(
  client: KafkaClient,
  takes: (topic: string) => boolean,
): Promise<TargetInventory> {
  const [topics, rules, users] = await Promise.all([
    readTopics(client, takes),
    readRules(client),
    readUsers(client),
  ])
  return { topics, rules, users }
}

export async function takeInventory(
  client: KafkaClient,
  takes: (topic: string) => boolean,
): Promise<Inventory> {
  const [clusterId, topics, groups, rules, quotas, users] = await Promise.all([
    client.clusterId(),
    readTopics(client, takes),
    readGroups(client),
    readRules(client),
    readQuotas(client),
    readUsers(client),
  ])
  return { clusterId, topics, groups, rules, quotas, users }
}

/** Groups that have positions; members come by themselves. */
export async function readGroups(client: KafkaClient): Promise<GroupState[]> {
  const groups: GroupState[] = []
  for (const group of await listGroups(client)) {
    const positions = await positionsOf(client, group)
    if (positions.length > 0) groups.push({ group, positions })
  }
  return groups
}
