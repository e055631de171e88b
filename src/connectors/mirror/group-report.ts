/** What a mirror tells of groups: whose positions follow, and why those of others do not. */
import type { Question, ReportContext } from '../../connect/kit/index.ts'
import { Clusters } from './clusters.ts'
import { NameFilter } from './filter.ts'
import { moveBetween, type Stand, standsOf } from './group-stand.ts'
import { groupStateOf, isFree, listGroups } from './groups.ts'
import { MapReader, mapTopicOf } from './map-topic.ts'
import { backKey, type CheckpointValues } from './options.ts'
import { unanswered } from './unanswered.ts'

interface GroupReport {
  readonly group: string
  readonly exists: boolean
  /** Whether its position is the same at both ends, in all that is mirrored. */
  readonly synced: boolean
  /** Why it is not, as sentences. */
  readonly reasons: readonly string[]
  readonly positions: readonly PositionReport[]
}

interface PositionReport {
  readonly topic: string
  readonly partition: number
  /** Where it is at the source, and at the target; absent where it has no position there. */
  readonly source: number | undefined
  readonly target: number | undefined
}

/** Of all groups, or of the one that `group` asks for. */
export async function reportGroups(
  values: CheckpointValues,
  { group: asked }: Question,
  context: ReportContext,
) {
  await using clusters = new Clusters(values, context)
  const facts = { source: values['source.cluster.alias'], target: values['target.cluster.alias'] }
  const problems = await unanswered(clusters, facts, context)
  if (problems.length > 0) return { ...facts, problems, groups: [] }
  const { source, target, policy } = clusters
  const here = new Set(await listGroups(source))
  const all = values[backKey] ? [...here, ...(await listGroups(target))] : [...here]
  const names = asked === undefined ? [...new Set(all)].sort() : [asked]
  await using maps = new MapReader(
    target,
    mapTopicOf(policy.checkpoints),
    context.logger,
    context.signal,
  )
  const filter = new NameFilter(values.groups, values['groups.exclude'])
  const topics = new NameFilter(values.topics, values['topics.exclude'])
  const groups: GroupReport[] = []
  for (const group of names) {
    const why = filter.whyNot(group, 'groups')
    const stands = await standsOf(group, clusters, maps, (topic) => topics.takes(topic)).catch(
      (error: Error) => error,
    )
    if (stands instanceof Error) {
      groups.push({
        ...{ group, exists: true, synced: false },
        ...{ reasons: [stands.message], positions: [] },
      })
      continue
    }
    const exists = here.has(group) || stands.length > 0
    const reasons = !exists
      ? [`There is no group '${group}' at ${facts.source}, or it may not be seen.`]
      : why !== undefined
        ? [why]
        : await reasonsOf(group, stands, clusters, values)
    const positions = stands.map(positionReport)
    groups.push({ group, exists, synced: reasons.length === 0, reasons, positions })
  }
  return { ...facts, problems, groups }
}

async function reasonsOf(
  group: string,
  stands: readonly Stand[],
  clusters: Clusters,
  values: CheckpointValues,
): Promise<string[]> {
  const [source, target] = [values['source.cluster.alias'], values['target.cluster.alias']]
  if (!values.enabled) return ["'enabled' is false."]
  if (stands.length === 0) return ['It has no position in a topic that is mirrored.']
  if (!values['sync.group.offsets.enabled']) {
    return [
      `'sync.group.offsets.enabled' is false: its positions are told in ${clusters.policy.checkpoints}, and set nowhere.`,
    ]
  }
  const reasons: string[] = []
  const waiting = stands.filter(
    ({ map, source: at }) => at !== undefined && map.downstreamOf(at.offset) === undefined,
  )
  if (waiting.length > 0) {
    reasons.push(
      `In ${namesOf(waiting)} it is further than what has been copied: its position follows the copies.`,
    )
  }
  const seconds = values['sync.group.offsets.interval.seconds']
  for (const [at, name] of [
    ['target', target],
    ['source', source],
  ] as const) {
    const moving = stands.filter(
      (one) => moveBetween(one.map, one.source?.offset, one.target?.offset)?.at === at,
    )
    if (moving.length === 0) continue
    const { state, mayCommit } = await groupStateOf(clusters[at], group)
    if (at === 'source' && !values[backKey]) {
      reasons.push(
        `It is ahead at ${target} in ${namesOf(moving)}, and '${backKey}' is false: it does not come back.`,
      )
    } else if (!isFree(state)) {
      reasons.push(`It is used at ${name} (${state}): it keeps its position there.`)
    } else if (mayCommit === false) {
      reasons.push(`The mirror may not set its position at ${name}: it needs READ of the group.`)
    } else {
      reasons.push(`Its position at ${name} follows within ${seconds} seconds.`)
    }
  }
  return reasons
}

const mostNamed = 3

function namesOf(stands: readonly Stand[]): string {
  const names = stands.map(({ topic, partition }) => `${topic}-${partition}`)
  const rest = names.length - mostNamed
  return names.slice(0, mostNamed).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function positionReport({ topic, partition, source, target }: Stand): PositionReport {
  return {
    ...{ topic, partition },
    source: source && Number(source.offset),
    target: target && Number(target.offset),
  }
}
