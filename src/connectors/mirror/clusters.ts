import type { KafkaClient, NewTopic } from '../../client/index.ts'
import type { KafkaWay, PlanContext } from '../../connect/kit/index.ts'
import { type ClusterValues, securityIn, type WayValues } from './options.ts'
import { type ReplicationPolicy, replicationPolicy } from './policy.ts'

/**
 * The two clusters of a mirror, each with a client of its own, until they are closed or the signal
 * says that it is over: what is on its way to a cluster that is away is not waited for then.
 */
export class Clusters implements AsyncDisposable {
  readonly source: KafkaClient
  readonly target: KafkaClient
  readonly policy: ReplicationPolicy

  constructor(values: ClusterValues, { kafka, signal }: Pick<PlanContext, 'kafka' | 'signal'>) {
    const open = (end: 'source' | 'target') =>
      kafka(
        wayTo(values[`${end}.cluster.bootstrap.servers`], securityIn(values, `${end}.cluster.`)),
      )
    this.source = open('source')
    this.target = open('target')
    this.policy = policyOf(values)
    signal.addEventListener('abort', () => void this.close(), { once: true })
  }

  async close(): Promise<void> {
    await Promise.all([this.source.close(), this.target.close()])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** How long a task that is told to stop waits for what is on its way: what comes later nobody expects. */
export const producing = { closeTimeoutMs: 3000 }

/** The worker's own cluster is called so where a list of brokers is awaited. */
const own = 'own'

function wayTo(brokers: readonly string[], security: KafkaWay['security'] = {}): KafkaWay {
  return brokers.join() === own ? {} : { brokers, security }
}

export function policyOf(values: WayValues): ReplicationPolicy {
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
