/** `MirrorCheckpointConnector`: how far the groups of the source are, in offsets of the target. */
import { pause } from '../../base/clock.ts'
import type { Producer } from '../../client/index.ts'
import {
  type PlanContext,
  type SourceContext,
  type SourceTask,
  source,
  type TaskShare,
  type Written,
} from '../../connect/kit/index.ts'
import { Clusters, ensureOwnTopic, producing } from './clusters.ts'
import { NameFilter } from './filter.ts'
import { reportGroups } from './group-report.ts'
import { type Stand, standsOf } from './group-stand.ts'
import { GroupProblems, syncGroup } from './group-sync.ts'
import { listGroups } from './groups.ts'
import { MapReader, mapTopicOf } from './map-topic.ts'
import { backKey, type CheckpointValues, checkpointOptions } from './options.ts'
import { type Checkpoint, encodeCheckpoint } from './records.ts'

export const mirrorCheckpoint = source({
  kind: 'source',
  names: ['org.apache.kafka.connect.mirror.MirrorCheckpointConnector'],
  version: '4.3.1',
  about: 'Tells how far groups are, exactly, and may set them at the target.',
  options: checkpointOptions,
  plan,
  report: reportGroups,
  open: async (context) => await CheckpointTask.open(context),
})

/** One task: groups are few, and their positions small. */
async function plan(
  values: CheckpointValues,
  _mostTasks: number,
  context: PlanContext,
): Promise<readonly TaskShare[]> {
  if (!values.enabled) return []
  await using clusters = new Clusters(values, context)
  const { target, policy } = clusters
  await ensureOwnTopic(target, mapTopicOf(policy.checkpoints), -1)
  await ensureOwnTopic(target, policy.checkpoints, values['checkpoints.topic.replication.factor'])
  return [{}]
}

/** Groups that are looked at together. */
const groupsAtOnce = 16

const nothing: Written = { offsets: [], records: 0, bytes: 0, topics: [] }

class CheckpointTask implements SourceTask {
  readonly #context: SourceContext<CheckpointValues>
  readonly #clusters: Clusters
  readonly #maps: MapReader
  readonly #producer: Producer
  readonly #groups: NameFilter
  readonly #topics: NameFilter
  readonly #problems: GroupProblems
  /** What was written last, by group, topic and partition: what has not changed is not repeated. */
  readonly #written = new Map<string, bigint>()
  #emitAt = 0
  #syncAt = 0

  static async open(context: SourceContext<CheckpointValues>): Promise<CheckpointTask> {
    await using stack = new AsyncDisposableStack()
    const clusters = stack.use(new Clusters(context.values, context))
    const topic = mapTopicOf(clusters.policy.checkpoints)
    const maps = stack.use(new MapReader(clusters.target, topic, context.logger, context.signal))
    await maps.catchUp()
    stack.move()
    return new CheckpointTask(context, clusters, maps)
  }

  private constructor(
    context: SourceContext<CheckpointValues>,
    clusters: Clusters,
    maps: MapReader,
  ) {
    const { values } = context
    this.#context = context
    this.#clusters = clusters
    this.#maps = maps
    this.#producer = clusters.target.producer(producing)
    this.#groups = new NameFilter(values.groups, values['groups.exclude'])
    this.#topics = new NameFilter(values.topics, values['topics.exclude'])
    this.#problems = new GroupProblems(context.logger)
  }

  async poll(): Promise<readonly []> {
    return []
  }

  async write(): Promise<Written> {
    const { values, clock, signal } = this.#context
    const emits = values['emit.checkpoints.enabled']
    const syncs = values['sync.group.offsets.enabled']
    const dueAt = Math.min(
      emits ? this.#emitAt : Number.POSITIVE_INFINITY,
      syncs ? this.#syncAt : Number.POSITIVE_INFINITY,
    )
    await pause(dueAt - clock.now(), { clock, signal })
    if (signal.aborted) return nothing
    const stands = await this.#stands()
    const now = clock.now()
    let written: readonly Checkpoint[] = []
    if (emits && now >= this.#emitAt) {
      this.#emitAt = now + values['emit.checkpoints.interval.seconds'] * 1000
      written = await this.#emit([...stands].flatMap(checkpointsOf))
    }
    if (syncs && now >= this.#syncAt) {
      this.#syncAt = now + values['sync.group.offsets.interval.seconds'] * 1000
      await this.#sync(stands)
    }
    const topics = written.length === 0 ? [] : [this.#clusters.policy.checkpoints]
    return { ...nothing, records: written.length, topics }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#maps.close()
    await this.#clusters.close()
  }

  /** By group, of all that are mirrored. */
  async #stands(): Promise<Map<string, Stand[]>> {
    const { source, target } = this.#clusters
    const back = this.#context.values[backKey]
    const lists = [await listGroups(source), back ? await listGroups(target) : []]
    const groups = [...new Set(lists.flat())].filter((group) => this.#groups.takes(group))
    const found = new Map<string, Stand[]>()
    await this.#each(groups, async (group) => {
      const takes = (topic: string) => this.#topics.takes(topic)
      found.set(group, await standsOf(group, this.#clusters, this.#maps, takes))
    })
    return found
  }

  async #emit(checkpoints: readonly Checkpoint[]): Promise<readonly Checkpoint[]> {
    const fresh = checkpoints.filter((one) => this.#written.get(nameOf(one)) !== one.downstream)
    const topic = this.#clusters.policy.checkpoints
    await Promise.all(
      fresh.map((one) => this.#producer.send({ topic, partition: 0, ...encodeCheckpoint(one) })),
    )
    for (const one of fresh) this.#written.set(nameOf(one), one.downstream)
    return fresh
  }

  async #sync(stands: ReadonlyMap<string, readonly Stand[]>): Promise<void> {
    const directions = { there: true, back: this.#context.values[backKey] }
    await this.#each([...stands.keys()], async (group) => {
      await syncGroup(group, stands.get(group) ?? [], this.#clusters, directions)
    })
  }

  async #each(groups: readonly string[], action: (group: string) => Promise<void>): Promise<void> {
    for (let first = 0; first < groups.length; first += groupsAtOnce) {
      const some = groups.slice(first, first + groupsAtOnce)
      await Promise.all(
        some.map((group) => this.#problems.except(group, async () => await action(group))),
      )
    }
  }
}

/** What is not mirrored yet has none. */
function checkpointsOf([group, stands]: readonly [string, readonly Stand[]]): Checkpoint[] {
  return stands.flatMap(({ remote, partition, map, source }) => {
    const downstream = source && map.downstreamOf(source.offset)
    if (source === undefined || downstream === undefined) return []
    const { offset: upstream, metadata } = source
    return [{ group, topic: remote, partition, upstream, downstream, metadata }]
  })
}

function nameOf({ group, topic, partition }: Checkpoint): string {
  return JSON.stringify([group, topic, partition])
}
