import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { KafkaClient, type NewTopic } from '../../client/index.ts'
import type { ClusterValues } from './options.ts'
import { type ReplicationPolicy, replicationPolicy } from './policy.ts'

/** The two clusters of a mirror, each with a client of its own. */
export class Clusters implements AsyncDisposable {
  readonly source: KafkaClient
  readonly target: KafkaClient
  readonly policy: ReplicationPolicy

  constructor(values: ClusterValues, { logger, clock }: { logger: Logger; clock: Clock }) {
    const open = (end: 'source' | 'target') =>
      new KafkaClient({
        brokers: values[`${end}.cluster.bootstrap.servers`],
        clientId: `${values['source.cluster.alias']}->${values['target.cluster.alias']}`,
        logger: logger.with({ cluster: values[`${end}.cluster.alias`] }),
        clock,
      })
    this.source = open('source')
    this.target = open('target')
    this.policy = policyOf(values)
  }

  async close(): Promise<void> {
    await Promise.all([this.source.close(), this.target.close()])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

export function policyOf(values: ClusterValues): ReplicationPolicy {
  return replicationPolicy({
    alias: values['source.cluster.alias'],
    separator: values['replication.policy.separator'],
    separatesInternal: values['replication.policy.internal.topic.separator.enabled'],
    keepsNames: values['replication.policy.class'].endsWith('IdentityReplicationPolicy'),
  })
}

/** Makes a topic of a mirror's own, of one compacted partition, where it is absent. */
export async function ensureOwnTopic(
  client: KafkaClient,
  name: string,
  replicationFactor: number,
): Promise<void> {
  const topic: NewTopic = {
    name,
    partitions: 1,
    ...(replicationFactor > 0 && { replicationFactor }),
    config: { 'cleanup.policy': 'compact' },
  }
  const [{ error } = {}] = await client.createTopics([topic])
  if (error !== undefined && error.code !== 'topic-already-exists') throw error
}
