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
import { type GroupPosition, isUnused, listGroups, positionsOf, setPositions } from './groups.ts'
import { MapReader, mapTopicOf } from './map-topic.ts'
import { type CheckpointValues, checkpointOptions } from './options.ts'
import { type Checkpoint, encodeCheckpoint } from './records.ts'

export const mirrorCheckpoint = source({
  kind: 'source',
  names: ['org.apache.kafka.connect.mirror.MirrorCheckpointConnector'],
  version: '4.3.1',
  about: 'Tells how far groups are, exactly, and may set them at the target.',
  options: checkpointOptions,
  plan,
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

const nothing: Written = { offsets: [], records: 0, bytes: 0, topics: [] }

class CheckpointTask implements SourceTask {
  readonly #context: SourceContext<CheckpointValues>
  readonly #clusters: Clusters
  readonly #maps: MapReader
  readonly #producer: Producer
  readonly #groups: NameFilter
  readonly #topics: NameFilter
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
    const checkpoints = await this.#checkpoints()
    const now = clock.now()
    let written: readonly Checkpoint[] = []
    if (emits && now >= this.#emitAt) {
      this.#emitAt = now + values['emit.checkpoints.interval.seconds'] * 1000
      written = await this.#emit(checkpoints)
    }
    if (syncs && now >= this.#syncAt) {
      this.#syncAt = now + values['sync.group.offsets.interval.seconds'] * 1000
      await this.#sync(checkpoints)
    }
    const topics = written.length === 0 ? [] : [this.#clusters.policy.checkpoints]
    return { ...nothing, records: written.length, topics }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#maps.close()
    await this.#clusters.close()
  }

  /** Of all groups that are mirrored; what is not mirrored yet has none. */
  async #checkpoints(): Promise<Checkpoint[]> {
    const { source, policy } = this.#clusters
    const groups = (await listGroups(source)).filter((group) => this.#groups.takes(group))
    await this.#maps.catchUp()
    const checkpoints = await Promise.all(
      groups.map(async (group) =>
        (await positionsOf(source, group))
          .filter(({ topic }) => this.#topics.takes(topic))
          .flatMap(({ topic, partition, offset, metadata }): Checkpoint[] => {
            const downstream = this.#maps.of(topic, partition)?.downstreamOf(offset)
            if (downstream === undefined) return []
            const remote = policy.remote(topic)
            return [{ group, topic: remote, partition, upstream: offset, downstream, metadata }]
          }),
      ),
    )
    return checkpoints.flat()
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

  /** Groups that are used at the target go their own way, and none goes back. */
  async #sync(checkpoints: readonly Checkpoint[]): Promise<void> {
    const { target } = this.#clusters
    for (const [group, wanted] of Map.groupBy(checkpoints, (one) => one.group)) {
      if (!(await isUnused(target, group))) continue
      const present = new Map(
        (await positionsOf(target, group)).map((one) => [placeOf(one), one.offset]),
      )
      const ahead = wanted
        .map(({ topic, partition, downstream, metadata }) => ({
          ...{ topic, partition, offset: downstream, metadata },
        }))
        .filter((one) => one.offset > (present.get(placeOf(one)) ?? -1n))
      if (ahead.length > 0) await setPositions(target, group, ahead)
    }
  }
}

function nameOf({ group, topic, partition }: Checkpoint): string {
  return JSON.stringify([group, topic, partition])
}

function placeOf({ topic, partition }: Pick<GroupPosition, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`
}
