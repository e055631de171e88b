/** `MirrorSourceConnector`: topics of one cluster, at another. */
import type { KafkaClient, Producer } from '../../client/index.ts'
import {
  type OffsetJson,
  type SourceContext,
  type SourceProgress,
  type SourceTask,
  source,
  type TopicPartition,
  type Written,
} from '../../connect/kit/index.ts'
import { Clusters, producing } from './clusters.ts'
import { type Copied, Copy, type CopyStart } from './copy.ts'
import { type MapRecord, mapTopicOf, writeMap } from './map-topic.ts'
import type { MapEntry } from './offset-map.ts'
import { type SourceValues, sourceOptions } from './options.ts'
import { offsetSyncsOf, planMirror } from './plan.ts'
import { encodeOffsetSync } from './records.ts'
import { namesIn, partitionsIn } from './shares.ts'
import { Tail } from './tail.ts'
import { reportTopics } from './topic-report.ts'

export const mirrorSource = source({
  kind: 'source',
  names: ['org.apache.kafka.connect.mirror.MirrorSourceConnector'],
  version: '4.3.1',
  about: 'Copies the topics of another cluster, as they are.',
  options: sourceOptions,
  plan: planMirror,
  aloneWith: namesIn,
  wrongOffset,
  report: reportTopics,
  open: async (context) => await MirrorTask.open(context),
})

/** In MirrorMaker's words. */
function wrongOffset({ offset }: OffsetJson): string | undefined {
  if (offset === undefined) return "The offset object lacks its key 'offset'"
  return Number.isSafeInteger(offset) && Number(offset) >= 0
    ? undefined
    : "The value for the 'offset' key must be a whole number of at least 0"
}

interface OffsetSyncs {
  readonly producer: Producer
  readonly topic: string
}

class MirrorTask implements SourceTask {
  readonly #clusters: Clusters
  readonly #producer: Producer
  readonly #begin: () => Copy
  /** It writes from its making on. */
  #copy: Copy | undefined
  readonly #mapTopic: string
  readonly #syncs: OffsetSyncs | undefined
  readonly #alias: string
  /** Where each partition begins, told once, before anything is copied. */
  #beginnings: readonly SourceProgress[]

  static async open(context: SourceContext<SourceValues>): Promise<MirrorTask> {
    const { values, share, clock, signal, isOurs } = context
    await using stack = new AsyncDisposableStack()
    const clusters = stack.use(new Clusters(values, context))
    const { source, target, policy } = clusters
    const begun = await beginnings(context, partitionsIn(share), clusters)
    const producer = target.producer({ ...producing, mayWrite: isOurs })
    const starts = begun.map(({ start }) => start)
    const begin = () =>
      new Copy(starts, {
        ...{ source, producer, clock, signal, remote: (topic) => policy.remote(topic) },
        reset: values['consumer.auto.offset.reset'] as 'earliest' | 'latest',
      })
    const { client, topic } = offsetSyncsOf(values, clusters)
    const task = new MirrorTask({
      ...{ clusters, producer, begin, mapTopic: mapTopicOf(policy.checkpoints) },
      syncs: values['emit.offset-syncs.enabled']
        ? { producer: client.producer({ ...producing, mayWrite: isOurs }), topic }
        : undefined,
      alias: values['source.cluster.alias'],
      beginnings: begun.flatMap(({ fresh }) => fresh ?? []),
    })
    stack.move()
    return task
  }

  private constructor(parts: {
    clusters: Clusters
    producer: Producer
    begin: () => Copy
    mapTopic: string
    syncs: OffsetSyncs | undefined
    alias: string
    beginnings: readonly SourceProgress[]
  }) {
    this.#clusters = parts.clusters
    this.#producer = parts.producer
    this.#begin = parts.begin
    this.#mapTopic = parts.mapTopic
    this.#syncs = parts.syncs
    this.#alias = parts.alias
    this.#beginnings = parts.beginnings
  }

  async poll(): Promise<readonly []> {
    return []
  }

  /** What it tells is acknowledged by the target, and so is the map of its offsets. */
  async write(): Promise<Written> {
    if (this.#beginnings.length > 0) {
      const offsets = this.#beginnings
      this.#beginnings = []
      return { offsets, records: 0, bytes: 0, topics: [] }
    }
    // Where it began is stored by now: whoever goes on after a crash looks for copies behind that.
    this.#copy ??= this.#begin()
    const copied = await this.#copy.next()
    await Promise.all([
      writeMap(this.#producer, this.#mapTopic, copied.flatMap(mapRecords)),
      this.#writeSyncs(copied),
    ])
    return {
      offsets: copied.map(({ topic, partition, end }) =>
        storedOffset(this.#alias, { topic, partition }, end),
      ),
      records: copied.reduce((sum, { records }) => sum + records, 0),
      bytes: copied.reduce((sum, { bytes }) => sum + bytes, 0),
      topics: copied.map(({ topic }) => this.#clusters.policy.remote(topic)),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#copy?.close()
    await this.#clusters.close()
  }

  async #writeSyncs(copied: readonly Copied[]): Promise<void> {
    if (this.#syncs === undefined) return
    const { producer, topic } = this.#syncs
    await Promise.all(
      copied.map(async ({ topic: of, partition, last }) => {
        if (last === undefined) return
        const sync = encodeOffsetSync({ topic: of, partition, ...last })
        await producer.send({ topic, partition: 0, ...sync })
      }),
    )
  }
}

function mapRecords({ topic, partition, entries, end }: Copied): MapRecord[] {
  return [
    ...entries.map((entry) => ({ topic, partition, entry, isEnd: false })),
    { topic, partition, entry: end, isEnd: true },
  ]
}

/** In the form of MirrorMaker's, the last that is done, with the place at the target beside it. */
function storedOffset(
  cluster: string,
  { topic, partition }: TopicPartition,
  end: MapEntry,
): SourceProgress {
  return {
    sourcePartition: { cluster, partition, topic },
    sourceOffset: { offset: Number(end.upstream - 1n), downstream: Number(end.downstream - 1n) },
  }
}

interface Beginning {
  readonly start: CopyStart
  /** What is to be stored before anything is copied: there was nothing. */
  readonly fresh: SourceProgress | undefined
}

async function beginnings(
  { values, offsets, signal }: SourceContext<SourceValues>,
  partitions: readonly TopicPartition[],
  { source, target, policy }: Clusters,
): Promise<Beginning[]> {
  const cluster = values['source.cluster.alias']
  const stored = await offsets(
    partitions.map(({ topic, partition }) => ({ cluster, partition, topic })),
  )
  const at = values['consumer.auto.offset.reset'] as 'earliest' | 'latest'
  return await Promise.all(
    partitions.map(async (place, index): Promise<Beginning> => {
      const remote = { topic: policy.remote(place.topic), partition: place.partition }
      const known = stored[index]
      if (known === undefined) {
        const next = await offsetAt(source, place, at)
        const end = { upstream: next, downstream: await offsetAt(target, remote, 'latest') }
        const fresh = storedOffset(cluster, place, end)
        return { start: { ...place, next, end, tail: undefined }, fresh }
      }
      const next = BigInt(Number(known.offset)) + 1n
      // Whoever has set the offset by hand wants the records again.
      const { downstream } = known
      if (typeof downstream !== 'number') {
        return { start: { ...place, next, end: undefined, tail: undefined }, fresh: undefined }
      }
      const end = { upstream: next, downstream: BigInt(downstream) + 1n }
      const { topic, partition } = remote
      const tail = await Tail.read(target, topic, partition, end.downstream, signal)
      return { start: { ...place, next, end, tail }, fresh: undefined }
    }),
  )
}

async function offsetAt(
  client: KafkaClient,
  place: TopicPartition,
  at: 'earliest' | 'latest',
): Promise<bigint> {
  const [found] = await client.offsets([{ ...place, at }])
  if (found?.error !== undefined) throw found.error
  return found?.offset ?? 0n
}
