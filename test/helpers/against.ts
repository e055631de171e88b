/**
 * What the stories are played on. AGAINST=cluster puts an Apache Kafka of three brokers where leat's
 * own broker is otherwise; nothing else differs, so no story is told twice.
 */
import { KafkaClient } from '../../src/client/index.ts'
import type { Owner } from './folders.ts'
import { startKafkaCluster } from './kafka-cluster.ts'
import type { LeatSettings } from './leat.ts'
import { withoutPeer } from './peers.ts'

type KafkaSettings = NonNullable<LeatSettings['kafka']>

const places = ['leat', 'peers', 'cluster'] as const

export const clusterPeers = ['java', 'kafka-broker-4.4.0'] as const

export const isAgainstCluster = placeNamed(process.env.AGAINST ?? 'leat') === 'cluster'

/** For `skip`: what is about leat's own broker is not there without it. */
export function ofOwnBroker(why: string): string | false {
  return isAgainstCluster && `AGAINST=cluster: ${why}`
}

/** The part `kafka` of the leats of one test, which share a cluster where they are played on one. */
export async function placed(owner: Owner, settings: KafkaSettings = {}): Promise<KafkaSettings> {
  if (!isAgainstCluster || settings.brokers !== undefined) return settings
  const { topics = {}, ...others } = settings
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new Error(`AGAINST=cluster has no 'kafka.${unknown}'; skip it`)
  const brokers = await clusterOf(owner)
  await makeTopics(brokers, topics as TopicSettings)
  return { brokers }
}

type TopicSettings = Record<string, { partitions?: number } & Record<string, unknown>>

const clusters = new WeakMap<Owner, Promise<readonly string[]>>()

function clusterOf(owner: Owner): Promise<readonly string[]> {
  const missing = withoutPeer(...clusterPeers)
  if (missing !== false) throw new Error(missing)
  const known = clusters.get(owner)
  const cluster =
    known ?? startKafkaCluster(owner).then(({ members }) => members.map((one) => one.brokers))
  clusters.set(owner, cluster)
  return cluster
}

/** What leat.yml makes at the start of its own broker, on a cluster its operator makes. */
async function makeTopics(brokers: readonly string[], topics: TopicSettings): Promise<void> {
  if (Object.keys(topics).length === 0) return
  await using client = new KafkaClient({ brokers, clientId: 'test' })
  const wanted = Object.entries(topics).map(([name, { partitions = 1, ...config }]) => ({
    name,
    partitions,
    config: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, `${value}`])),
  }))
  for (const { error } of await client.createTopics(wanted)) if (error !== undefined) throw error
}

function placeNamed(name: string): (typeof places)[number] {
  const place = places.find((one) => one === name)
  if (place !== undefined) return place
  throw new Error(`AGAINST is '${name}'; write one of ${places.join(', ')}.`)
}
