/** What a mirror tells of its topics: which are copied, how far, and why the others are not. */
import { isError } from '../../base/errors.ts'
import type { KafkaClient } from '../../client/index.ts'
import type { Question, ReportContext } from '../../connect/kit/index.ts'
import { type Behind, behindOf } from './behind.ts'
import { Clusters } from './clusters.ts'
import type { SourceValues } from './options.ts'
import { TopicSelection } from './selection.ts'
import { unanswered } from './unanswered.ts'

interface TopicReport {
  readonly topic: string
  /** Whether the source has it. */
  readonly exists: boolean
  /** What it is called at the target. */
  readonly remote: string
  readonly mirrored: boolean
  /** Whether it has the beats of a mirror: these come all the time, and nobody waits for one. */
  readonly heartbeats: boolean
  /** Why it is not, or not wholly, as sentences. */
  readonly reasons: readonly string[]
  readonly partitions: readonly PartitionReport[]
}

interface PartitionReport {
  readonly partition: number
  /** The offset of the next record that is copied. */
  readonly next: number
  /** Behind the last record of the source. */
  readonly end: number
  readonly behindRecords: number
  /** How old the first record is that is not copied. */
  readonly behindMs: number | undefined
}

/** Of all topics, or of the one that `topic` asks for. */
export async function reportTopics(
  values: SourceValues,
  { topic }: Question,
  context: ReportContext,
) {
  await using clusters = new Clusters(values, context)
  const facts = { source: values['source.cluster.alias'], target: values['target.cluster.alias'] }
  const problems = await unanswered(clusters, facts, context)
  if (problems.length > 0) return { ...facts, problems, topics: [] }
  const { source, target, policy } = clusters
  const asked = topic === undefined ? undefined : [topic]
  const selection = new TopicSelection(values, policy)
  const found = await source.topics(asked)
  const remotes = new Map(
    (await target.topics(asked?.map((one) => policy.remote(one)))).map((one) => [one.name, one]),
  )
  const mirrored = found.filter(({ name, error }) => error === undefined && selection.takes(name))
  const behind = await behindOfAll(values, source, mirrored, context)
  const topics = found.map(({ name, error }): TopicReport => {
    const remote = policy.remote(name)
    const why = !values.enabled ? "'enabled' is false." : selection.whyNot(name)
    const there = remotes.get(remote)
    const exists = !isError(error, 'unknown-topic-or-partition')
    const reasons =
      error !== undefined
        ? [exists ? sentenceOf(error) : `There is no topic '${name}' at ${facts.source}.`]
        : why !== undefined
          ? [why]
          : missing(remote, there?.error ?? (there === undefined ? 'absent' : undefined), values)
    const partitions = behind.get(name) ?? []
    return {
      ...{ topic: name, exists, remote, mirrored: reasons.length === 0 },
      heartbeats: policy.isHeartbeats(name),
      reasons: [...reasons, ...new Set(partitions.flatMap((one) => one.error ?? []))],
      partitions: partitions.map(partitionReport),
    }
  })
  return { ...facts, problems, topics }
}

/** Of an error that was asked what it is before. */
function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function missing(remote: string, problem: Error | 'absent' | undefined, values: SourceValues) {
  if (problem === undefined) return []
  const target = values['target.cluster.alias']
  if (problem !== 'absent' && !isError(problem, 'unknown-topic-or-partition')) {
    return [`${target} does not show it: ${problem.message}`]
  }
  const seconds = values['refresh.topics.interval.seconds']
  return [
    `'${remote}' is not at ${target} yet: new topics are looked for every ${seconds} seconds; what hinders it stands in the log.`,
  ]
}

async function behindOfAll(
  values: SourceValues,
  source: KafkaClient,
  topics: Awaited<ReturnType<KafkaClient['topics']>>,
  context: ReportContext,
): Promise<Map<string, Behind[]>> {
  const places = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => ({ topic: name, partition })),
  )
  const cluster = values['source.cluster.alias']
  const stored = await context.offsets(
    places.map(({ topic, partition }) => ({ cluster, partition, topic })),
  )
  const behind = await behindOf(
    source,
    places.map((place, index) => {
      const offset = stored[index]?.offset
      return { ...place, copied: typeof offset === 'number' ? BigInt(offset) + 1n : undefined }
    }),
    context,
  )
  return Map.groupBy(behind, ({ topic }) => topic)
}

function partitionReport({ partition, next, end, records, ms }: Behind): PartitionReport {
  return {
    ...{ partition, next: Number(next), end: Number(end) },
    ...{ behindRecords: records, behindMs: ms },
  }
}
