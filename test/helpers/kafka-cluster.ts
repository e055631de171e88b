/**
 * A real Apache Kafka of three brokers (KRaft, each of them a controller too), replication 3, of which
 * two must be in sync. What replaces leat's own broker in a large installation, as small as it gets.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KafkaClient } from '../../src/client/index.ts'
import { Metadata } from '../../src/protocols/kafka/apis/03-metadata.ts'
import { ApacheKafka, classPath, newKafkaId } from './apache-kafka.ts'
import { eventually } from './eventually.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { javaCommand } from './peers.ts'
import { freePorts } from './ports.ts'

const size = 3

/** Frugal: three of them share a small machine with the test. */
const frugal = {
  'num.network.threads': '2',
  'num.io.threads': '3',
  'background.threads': '2',
  'log.cleaner.dedupe.buffer.size': `${4 * 2 ** 20}`,
  'log.cleaner.io.buffer.size': `${2 ** 18}`,
}

/** How soon a broker that is silent is one that is gone. */
const brokerSessionMs = 6000

const replicated = {
  'default.replication.factor': `${size}`,
  'min.insync.replicas': '2',
  'offsets.topic.replication.factor': `${size}`,
  'offsets.topic.num.partitions': `${size}`,
  'transaction.state.log.replication.factor': `${size}`,
  'transaction.state.log.min.isr': '2',
  'transaction.state.log.num.partitions': '1',
  'share.coordinator.state.topic.replication.factor': `${size}`,
  'share.coordinator.state.topic.min.isr': '2',
  'broker.session.timeout.ms': `${brokerSessionMs}`,
}

/** One more listener for clients, `GUARDED`, of this protocol. */
interface ClusterOptions {
  readonly config?: Record<string, string>
  readonly guarded?: 'SASL_SSL'
}

/** Resolves when all brokers know of each other. */
export async function startKafkaCluster(
  owner: Owner,
  options: ClusterOptions = {},
): Promise<KafkaCluster> {
  let cluster: KafkaCluster | undefined
  owner.after(() => cluster?.kill())
  const folder = temporaryFolder(owner)
  cluster = new KafkaCluster(folder, await freePorts(3 * size), options)
  await cluster.start()
  return cluster
}

export class KafkaCluster {
  /** In the order of their numbers, which begin with 1. */
  readonly members: readonly ApacheKafka[]
  readonly #folders: readonly string[]

  /** Addresses of the guarded listeners. */
  readonly guarded: readonly string[]

  constructor(folder: string, ports: readonly number[], { config, guarded }: ClusterOptions) {
    const [brokers, controllers] = [ports.slice(0, size), ports.slice(size, 2 * size)]
    this.guarded = ports.slice(2 * size).map((port) => `127.0.0.1:${port}`)
    const voters = controllers.map((port, index) => `${index + 1}@127.0.0.1:${port}`).join()
    this.#folders = brokers.map((_, index) => join(folder, `${index + 1}`))
    this.members = this.#folders.map((own, index) => {
      mkdirSync(own)
      const properties = {
        ...{ ...frugal, ...replicated, ...config, 'node.id': `${index + 1}` },
        ...{ 'controller.quorum.voters': voters, 'controller.quorum.bootstrap.servers': '' },
        ...(guarded && {
          listeners: [
            `PLAINTEXT://127.0.0.1:${brokers[index]}`,
            `GUARDED://${this.guarded[index]}`,
            `CONTROLLER://127.0.0.1:${controllers[index]}`,
          ].join(),
          'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,GUARDED:${guarded}`,
        }),
      }
      const java = javaCommand(classPath, '-Xmx256m')
      return new ApacheKafka(own, brokers[index] ?? 0, controllers[index] ?? 0, properties, java)
    })
  }

  /** Of all brokers. */
  get brokers(): string {
    return this.members.map(({ brokers }) => brokers).join()
  }

  member(id: number): ApacheKafka {
    const found = this.members[id - 1]
    if (found === undefined) throw new Error(`the cluster has no broker ${id}`)
    return found
  }

  async start(): Promise<void> {
    await this.#format()
    await Promise.all(this.members.map((member) => member.start()))
    await this.isWhole()
  }

  /** Resolves when every broker is there and keeps up again. */
  async isWhole(): Promise<void> {
    await using client = new KafkaClient({ brokers: this.brokers.split(','), clientId: 'test' })
    await eventually(
      'all brokers are there and in sync',
      async () => {
        const { brokers } = await client.request(Metadata, { topics: [] })
        const topics = await client.topics()
        const areInSync = topics.every(({ partitions }) =>
          partitions.every((one) => one.inSync.length === one.replicas.length && one.leader >= 0),
        )
        return brokers.length === size && areInSync
      },
      90_000,
    )
  }

  async kill(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()))
  }

  /** Kafka's tool formats one folder; the others get what it made, with names of their own. */
  async #format(): Promise<void> {
    const [first, ...others] = this.#folders
    await this.member(1).format()
    for (const [index, folder] of others.entries()) {
      cpSync(join(`${first}`, 'data'), join(folder, 'data'), { recursive: true })
      const file = join(folder, 'data', 'meta.properties')
      const own = readFileSync(file, 'utf8')
        .replace(/^node\.id=.*$/m, `node.id=${index + 2}`)
        .replace(/^directory\.id=.*$/m, `directory.id=${newKafkaId()}`)
      writeFileSync(file, own)
    }
  }
}
