/** `MirrorHeartbeatConnector`: a record a second, by which a mirror can be seen to work. */
import { pause } from '../../base/clock.ts'
import {
  type SourceContext,
  type SourceTask,
  source,
  type Written,
} from '../../connect/kit/index.ts'
import { Clusters, ensureOwnTopic, producing } from './clusters.ts'
import { type HeartbeatValues, heartbeatOptions } from './options.ts'
import { encodeHeartbeat } from './records.ts'

export const mirrorHeartbeat = source({
  kind: 'source',
  names: ['org.apache.kafka.connect.mirror.MirrorHeartbeatConnector'],
  version: '4.3.1',
  about: "Writes heartbeats to the target's topic 'heartbeats'.",
  options: heartbeatOptions,
  plan: async (values) => (values.enabled && values['emit.heartbeats.enabled'] ? [{}] : []),
  open: async (context) => await HeartbeatTask.open(context),
})

class HeartbeatTask implements SourceTask {
  readonly #context: SourceContext<HeartbeatValues>
  readonly #clusters: Clusters
  readonly #producer: ReturnType<Clusters['target']['producer']>

  static async open(context: SourceContext<HeartbeatValues>): Promise<HeartbeatTask> {
    await using stack = new AsyncDisposableStack()
    const clusters = stack.use(new Clusters(context.values, context))
    const factor = context.values['heartbeats.topic.replication.factor']
    await ensureOwnTopic(clusters.target, clusters.policy.heartbeats, factor)
    stack.move()
    return new HeartbeatTask(context, clusters)
  }

  private constructor(context: SourceContext<HeartbeatValues>, clusters: Clusters) {
    this.#context = context
    this.#clusters = clusters
    this.#producer = clusters.target.producer(producing)
  }

  async poll(): Promise<readonly []> {
    return []
  }

  async write(): Promise<Written> {
    const { values, clock, signal } = this.#context
    await pause(values['emit.heartbeats.interval.seconds'] * 1000, { clock, signal })
    if (signal.aborted) return { offsets: [], records: 0, bytes: 0, topics: [] }
    const topic = this.#clusters.policy.heartbeats
    const beat = encodeHeartbeat({
      source: values['source.cluster.alias'],
      target: values['target.cluster.alias'],
      at: BigInt(clock.now()),
    })
    await this.#producer.send({ topic, partition: 0, ...beat })
    const bytes = beat.key.length + beat.value.length
    return { offsets: [], records: 1, bytes, topics: [topic] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#clusters.close()
  }
}
