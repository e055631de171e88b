/** What `MirrorSourceConnector` does beside its tasks: topics, their configurations and rights. */
import { pause } from '../../base/clock.ts'
import type { KafkaClient } from '../../client/index.ts'
import type { PlanContext, TaskShare } from '../../connect/kit/index.ts'
import { Clusters, ensureOwnTopic, policyOf } from './clusters.ts'
import { mapTopicOf } from './map-topic.ts'
import type { SourceValues } from './options.ts'
import { sharesOf } from './shares.ts'
import { TopicKeeper } from './topic-keeper.ts'
import { TopicRights } from './topic-rights.ts'

/** Shares the partitions out, and looks after the topics while the connector runs. */
export async function planMirror(
  values: SourceValues,
  mostTasks: number,
  context: PlanContext,
): Promise<readonly TaskShare[]> {
  if (!values.enabled) return []
  const clusters = new Clusters(values, context)
  const keeper = new TopicKeeper(values, clusters, context.logger)
  try {
    await makeOwnTopics(values, clusters)
    await keeper.refresh()
  } catch (error) {
    await clusters.close()
    throw error
  }
  // What it meets is logged; it ends with the signal.
  const rights = new TopicRights(clusters, keeper.selection, context.logger)
  void watch(values, { keeper, rights }, context).finally(() => clusters.close())
  return sharesOf(keeper.partitions, mostTasks, context.before)
}

async function makeOwnTopics(values: SourceValues, { source, target, policy }: Clusters) {
  const factor = values['offset-syncs.topic.replication.factor']
  await ensureOwnTopic(target, mapTopicOf(policy.checkpoints), factor)
  if (!values['emit.offset-syncs.enabled']) return
  const { client, topic } = offsetSyncsOf(values, { source, target })
  await ensureOwnTopic(client, topic, factor)
}

export function offsetSyncsOf(
  values: SourceValues,
  { source, target }: Pick<Clusters, 'source' | 'target'>,
): { client: KafkaClient; topic: string } {
  const atSource = values['offset-syncs.topic.location'] === 'source'
  const other = values[atSource ? 'target.cluster.alias' : 'source.cluster.alias']
  return { client: atSource ? source : target, topic: policyOf(values).offsetSyncs(other) }
}

async function watch(
  values: SourceValues,
  { keeper, rights }: { readonly keeper: TopicKeeper; readonly rights: TopicRights },
  { clock, signal, logger, planAgain }: PlanContext,
): Promise<void> {
  const topicsMs = values['refresh.topics.interval.seconds'] * 1000
  const configsMs = values['sync.topic.configs.interval.seconds'] * 1000
  const rightsMs = values['sync.topic.acls.interval.seconds'] * 1000
  let [topicsAt, configsAt, rightsAt] = [clock.now() + topicsMs, clock.now(), clock.now()]
  while (!signal.aborted) {
    await pause(Math.min(topicsAt, configsAt, rightsAt) - clock.now(), { clock, signal })
    if (signal.aborted) return
    try {
      if (clock.now() >= configsAt) {
        configsAt = clock.now() + configsMs
        if (values['sync.topic.configs.enabled']) await keeper.syncConfigs()
      }
      if (clock.now() >= rightsAt) {
        rightsAt = clock.now() + rightsMs
        if (values['sync.topic.acls.enabled']) await rights.sync()
      }
      if (clock.now() >= topicsAt) {
        topicsAt = clock.now() + topicsMs
        if (values['refresh.topics.enabled'] && (await keeper.refresh())) return planAgain()
      }
    } catch (error) {
      logger.warn('The topics of a mirror could not be looked after', { error: `${error}` })
    }
  }
}
