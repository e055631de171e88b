/** What will be carried, what will not and why, and what stands in the way. */
import type { Inventory, TargetInventory } from './inventory.ts'
import { unknownConfigs } from './topic-configs.ts'
import type { TopicState } from './topics.ts'

export interface PlannedTopic {
  readonly name: string
  readonly partitions: number
  /** How many offsets its partitions span. */
  readonly offsets: bigint
  readonly bytes: bigint
  readonly configs: ReadonlyMap<string, string>
  /** Whether it is made, or was begun before. */
  readonly state: 'new' | 'begun'
}

export interface PlannedUser {
  readonly name: string
  readonly how: 'carried' | 'there already'
}

export interface Plan {
  readonly topics: readonly PlannedTopic[]
  readonly groups: readonly { readonly group: string; readonly positions: number }[]
  readonly rules: number
  readonly quotas: number
  readonly users: readonly PlannedUser[]
  readonly leftOut: readonly { readonly what: string; readonly why: string }[]
  /** What must be out of the way before anything is written, each as a sentence. */
  readonly collisions: readonly string[]
}

export interface PlanFacts {
  readonly source: Inventory
  readonly target: TargetInventory
  /** Which topics of the target a copy before this one has made. */
  readonly begun: ReadonlySet<string>
  readonly excluded: readonly string[]
  /** What whoever calls knows to stay behind. */
  readonly leftBehind: Plan['leftOut']
  /** The users whose passwords are known. */
  readonly passwords: ReadonlySet<string>
  readonly knownConfigs: ReadonlySet<string>
}

export function planOf(facts: PlanFacts): Plan {
  const { source, target, begun, passwords } = facts
  const names = new Set(source.topics.map(({ name }) => name))
  const present = new Set(target.users.map(({ name }) => name))
  const carried = source.users.filter(({ name }) => present.has(name) || passwords.has(name))
  return {
    topics: source.topics.map((topic) => plannedTopic(topic, begun)),
    groups: source.groups
      .map(({ group, positions }) => ({
        group,
        positions: positions.filter(({ topic }) => names.has(topic)).length,
      }))
      .filter(({ positions }) => positions > 0),
    rules: target.rules === undefined ? 0 : (source.rules?.length ?? 0),
    quotas: source.quotas.reduce((sum, { values }) => sum + values.length, 0),
    users: carried.map(({ name }) => ({
      name,
      how: present.has(name) ? 'there already' : 'carried',
    })),
    leftOut: [...leftOut(facts), ...facts.leftBehind],
    collisions: source.topics.flatMap((topic) => collisionOf(topic, target.topics, begun)),
  }
}

function plannedTopic({ name, ranges, configs, bytes }: TopicState, begun: ReadonlySet<string>) {
  const state = begun.has(name) ? ('begun' as const) : ('new' as const)
  const offsets = ranges.reduce((sum, { start, end }) => sum + end - start, 0n)
  return { name, partitions: ranges.length, offsets, bytes, configs, state }
}

function collisionOf(
  { name, ranges }: TopicState,
  there: readonly TopicState[],
  begun: ReadonlySet<string>,
): string[] {
  const found = there.find((one) => one.name === name)
  if (found === undefined) return []
  if (found.ranges.length > ranges.length) {
    return [`topic '${name}' has ${found.ranges.length} partitions there and ${ranges.length} here`]
  }
  const records = found.ranges.reduce((sum, { end }) => sum + end, 0n)
  return begun.has(name) || records === 0n ? [] : [`topic '${name}' has ${records} records`]
}

function* leftOut({ source, target, excluded, passwords, knownConfigs }: PlanFacts) {
  for (const name of excluded) yield { what: `topic ${name}`, why: 'it is excluded' }
  const names = new Set(source.topics.map(({ name }) => name))
  for (const { group, positions } of source.groups) {
    const others = [...new Set(positions.map(({ topic }) => topic))].filter(
      (one) => !names.has(one),
    )
    if (others.length === 0) continue
    yield { what: `positions of group ${group} in ${others.join(', ')}`, why: 'not carried' }
  }
  for (const { name, configs } of source.topics) {
    for (const config of unknownConfigs(configs, knownConfigs)) {
      yield { what: `${config} of topic ${name}`, why: 'the target does not know it' }
    }
  }
  if (target.rules === undefined && source.rules !== undefined && source.rules.length > 0) {
    const why = 'the target keeps none; set authorizer.class.name there'
    yield { what: `${source.rules.length} ACLs`, why }
  }
  const present = new Set(target.users.map(({ name }) => name))
  for (const { name } of source.users) {
    if (present.has(name) || passwords.has(name)) continue
    const why = 'its password is not known: no cluster tells it; give it with --passwords'
    yield { what: `user ${name}`, why }
  }
}
