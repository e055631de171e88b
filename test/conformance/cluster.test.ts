/** leat's client and its command line on an Apache Kafka of three brokers, of which one at a time fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { between, type Random, seededRandom } from '../../src/base/random.ts'
import { checkAnswer, KafkaClient } from '../../src/client/index.ts'
import { securityOfProperties } from '../../src/client/security/index.ts'
import { ElectLeaders } from '../../src/protocols/kafka/apis/43-elect-leaders.ts'
import { AlterPartitionReassignments } from '../../src/protocols/kafka/apis/45-alter-partition-reassignments.ts'
import { DescribeQuorum } from '../../src/protocols/kafka/apis/55-describe-quorum.ts'
import { clusterPeers } from '../helpers/against.ts'
import { Authority } from '../helpers/certificates.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { type KafkaCluster, startKafkaCluster } from '../helpers/kafka-cluster.ts'
import { NumberedLoad } from '../helpers/numbered-load.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { logins, oneFile, users } from '../helpers/secure-kafka.ts'
import { shared } from '../helpers/subject.ts'
import { commandLineWorks } from './cluster-command-line.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const skip = withoutPeer(...clusterPeers)
/** Everybody may do everything, and rules may be made. */
const authorizer = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS;User:alice',
}
/** Who is in has to log in again so often. */
const loginMs = 10_000

const guarded = shared(async (owner) => {
  const authority = await Authority.open(owner)
  const server = await authority.sign('kafka', 'IP:127.0.0.1')
  const kafka = await startKafkaCluster(owner, {
    guarded: 'SASL_SSL',
    config: {
      ...{ ...authorizer, ...logins('guarded') },
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': oneFile(temporaryFolder(owner), server),
      'sasl.enabled.mechanisms': 'PLAIN',
      'connections.max.reauth.ms': `${loginMs}`,
    },
  })
  const login = `username="alice" password="${users.alice}"`
  const security = securityOfProperties({
    'security.protocol': 'SASL_SSL',
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': authority.certificate,
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${login};`,
  })
  return { kafka, security }
})
const cluster = async () => (await guarded()).kafka
const topic = 'numbers'
const partitions = 3
/** Longer than a broker may be silent and still be one. */
const frozenMs = 8000
const slowMs = 700

interface Trouble {
  readonly kafka: KafkaCluster
  readonly client: KafkaClient
  readonly load: NumberedLoad
}

commandLineWorks(cluster)

/** What happens to the cluster while records flow. */
const troubles: Record<string, (trouble: Trouble) => Promise<void>> = {
  async 'a leader is killed'({ kafka, client, load }) {
    await withoutBroker(kafka, await leaderOf(client, 0), load, 'without the leader of partition 0')
  },
  async 'the controller is killed'({ kafka, client, load }) {
    await withoutBroker(kafka, await controllerOf(client), load, 'without the controller')
  },
  async 'a leader is frozen'({ kafka, client, load }) {
    const member = kafka.member(await leaderOf(client, 1))
    member.freeze()
    await pause(frozenMs)
    await load.goesOn('beside a broker that is frozen')
    member.thaw()
    await load.goesOn('when it thaws')
    await kafka.isWhole()
  },
  async 'a leader is slow'({ kafka, client, load }) {
    const member = kafka.member(await leaderOf(client, 2))
    for (let time = 0; time < 3; time++) {
      member.freeze()
      await pause(slowMs)
      member.thaw()
      await load.goesOn('when it is quick again')
    }
  },
  async 'leaders are moved'({ client, load }) {
    await moveLeaders(client)
    await load.goesOn('at the new leaders')
  },
}

test(`numbered records are written once and in order, and read once, over TLS and with a login, whatever happens to a broker (SEED=${seed})`, {
  skip,
}, async (t) => {
  const { kafka, security } = await guarded()
  await using client = new KafkaClient({
    ...{ brokers: kafka.guarded, security },
    ...{ clientId: 'load', requestTimeoutMs: 10_000 },
  })
  await using operator = new KafkaClient({
    ...{ brokers: kafka.brokers.split(','), clientId: 'operator' },
  })
  const [made] = await operator.createTopics([{ name: topic, partitions }])
  assert.equal(made?.error, undefined)
  // A producer is refused by a broker that has not heard of the topic yet, and its number is lost then.
  for (const { brokers } of kafka.members) await isKnownAt(brokers)
  const load = new NumberedLoad({ client, topic, partitions })
  await load.goesOn('at first')
  for (const name of shuffled(seededRandom(seed), Object.keys(troubles))) {
    const began = performance.now()
    await troubles[name]?.({ kafka, client: operator, load })
    t.diagnostic(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  }
  const { count, handledAgain } = await load.finish()
  t.diagnostic(`${count} records, ${handledAgain} of them handled again by the group`)
  const ends = await operator.offsets(
    Array.from({ length: partitions }, (_, partition) => ({ topic, partition, at: 'latest' })),
  )
  const written = ends.reduce((sum, { offset }) => sum + Number(offset), 0)
  assert.equal(written, count)
})

async function isKnownAt(broker: string): Promise<void> {
  await eventually(`${broker} knows the topic`, async () => {
    await using client = new KafkaClient({ brokers: [broker], clientId: 'look' })
    const [known] = await client.topics([topic])
    return (
      known?.partitions.length === partitions && known.partitions.every((one) => one.leader >= 0)
    )
  })
}

function shuffled(random: Random, names: readonly string[]): string[] {
  const left = [...names]
  return names.flatMap(() => left.splice(between(random, 0, left.length - 1), 1))
}

async function withoutBroker(kafka: KafkaCluster, id: number, load: NumberedLoad, what: string) {
  await kafka.member(id).kill()
  await load.goesOn(what)
  await kafka.member(id).start()
  await kafka.isWhole()
}

/** Between two leaders there may be none for a moment. */
async function leaderOf(client: KafkaClient, partition: number): Promise<number> {
  return await eventually(`partition ${partition} has a leader`, async () => {
    const [found] = await client.topics([topic])
    const { leader = -1 } = found?.partitions[partition] ?? {}
    return leader < 0 ? undefined : leader
  })
}

async function controllerOf(client: KafkaClient): Promise<number> {
  const asked = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }]
  return await eventually('there is a controller', async () => {
    const { topics } = await client.request(DescribeQuorum, { topics: asked })
    const { leaderId = -1 } = topics[0]?.partitions[0] ?? {}
    return leaderId < 0 ? undefined : leaderId
  })
}

/** The next replica of each partition becomes its preferred leader, and then its leader. */
async function moveLeaders(client: KafkaClient): Promise<void> {
  const [found] = await client.topics([topic])
  const moved = found?.partitions.map(({ partition: partitionIndex, replicas }) => {
    const [first, ...others] = replicas
    return { partitionIndex, replicas: [...others, first ?? -1] }
  })
  const { errorCode } = await client.request(AlterPartitionReassignments, {
    topics: [{ name: topic, partitions: moved ?? [] }],
  })
  checkAnswer(errorCode, 'The reassignment')
  const wanted = { topic, partitions: Array.from({ length: partitions }, (_, index) => index) }
  const elected = await client.request(ElectLeaders, {
    electionType: 0,
    topicPartitions: [wanted],
  })
  checkAnswer(elected.errorCode, 'The election')
}
