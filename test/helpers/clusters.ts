/** What a story that only needs `kafka.brokers` is played on: leat's own broker and an Apache Kafka. */
import { describe } from 'node:test'
import { clusterPeers, isAgainstCluster, placed } from './against.ts'
import { startApacheKafka } from './apache-kafka.ts'
import type { Owner } from './folders.ts'
import type { LeatSettings } from './leat.ts'
import { withoutPeer } from './peers.ts'

/** The part `kafka` of a leat.yml that names a new, empty cluster. */
export type NewCluster = (owner: Owner) => Promise<NonNullable<LeatSettings['kafka']>>

/** The same tests on each; nothing differs but `kafka.brokers`. */
export function describeClusters(tests: (newCluster: NewCluster) => void): void {
  for (const { name, peers, newCluster } of clusters) {
    describe(`on ${name}`, { skip: withoutPeer(...peers) }, () => tests(newCluster))
  }
}

/** Of an Apache Kafka that the leats of a test share. */
export const newApacheKafka: NewCluster = async (owner) =>
  isAgainstCluster ? await placed(owner) : { brokers: [(await startApacheKafka(owner)).brokers] }

export const apacheKafkaPeers = clusterPeers

interface Place {
  readonly name: string
  readonly peers: readonly string[]
  readonly newCluster: NewCluster
}

const threeBrokers: Place = {
  name: 'an Apache Kafka of three brokers',
  peers: clusterPeers,
  newCluster: (owner) => placed(owner),
}

const clusters: readonly Place[] = isAgainstCluster
  ? [threeBrokers]
  : [
      { name: "leat's own broker", peers: [], newCluster: async () => ({}) },
      { name: 'an Apache Kafka', peers: apacheKafkaPeers, newCluster: newApacheKafka },
    ]
