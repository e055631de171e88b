/** What a story that only needs `kafka.brokers` is played on: leat's own broker and an Apache Kafka. */
import { describe } from 'node:test'
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
export const newApacheKafka: NewCluster = async (owner) => ({
  brokers: [(await startApacheKafka(owner)).brokers],
})

export const apacheKafkaPeers = ['java', 'kafka-broker-4.4.0'] as const

const clusters: readonly { name: string; peers: readonly string[]; newCluster: NewCluster }[] = [
  { name: "leat's own broker", peers: [], newCluster: async () => ({}) },
  { name: 'an Apache Kafka', peers: apacheKafkaPeers, newCluster: newApacheKafka },
]
