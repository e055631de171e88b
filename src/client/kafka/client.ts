import { type Clock, systemClock } from '../../base/clock.ts'
import { type Logger, silentLogger } from '../../base/logger.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import type { Api, Draft, MessageOf, Schema } from '../../protocols/kafka/schema.ts'
import { ConnectionSecurity } from '../security/connection-security.ts'
import type { ClientSecurity } from '../security/settings.ts'
import { parseBrokerAddress } from './addresses.ts'
import {
  createTopics,
  deleteRecords,
  deleteTopics,
  type NewTopic,
  type TopicResult,
} from './admin.ts'
import { atBroker, atCoordinator } from './at-coordinator.ts'
import type { BatchStamp } from './batch.ts'
import { BrokerPool } from './broker-pool.ts'
import { Cluster, type TopicInfo } from './cluster.ts'
import type { Connection } from './connection.ts'
import { GroupConsumer, type GroupConsumerOptions } from './consumer.ts'
import { clientError } from './errors.ts'
import { Fetcher, type FetcherOptions } from './fetcher.ts'
import { GroupMember, type GroupMemberOptions } from './group-member.ts'
import { type AskedOffset, type FoundOffset, listOffsets } from './offsets.ts'
import { produceAt, type SequencedBatch } from './produce-at.ts'
import { Producer, type ProducerOptions } from './producer.ts'
import { askProducerIdentity } from './producer-identity.ts'
import type { Patience } from './retry.ts'
import { Traffic } from './traffic.ts'

export interface KafkaClientOptions {
  /** Where to begin: `host:port`, `[ipv6]:port`; the rest of the cluster is found from there. */
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Logger
  /** Whom it believes, and who it says that it is; absent: neither TLS nor a login. */
  readonly security?: ClientSecurity | undefined
  /** How long one request may take, and how long a call of this class is tried. */
  readonly requestTimeoutMs?: number
}

export interface AskOptions {
  /** Asks the coordinator of this group, again where it is not ready to answer. */
  readonly coordinatorOf?: string
  /** Asks the broker with this number, again where it is just beginning to coordinate groups. */
  readonly broker?: number
  readonly atMost?: number
}

const defaultRequestTimeoutMs = 30_000

/** A client of one cluster. It connects when it is first asked for something. */
export class KafkaClient implements AsyncDisposable {
  readonly #closing = new AbortController()
  readonly #patience: Patience
  readonly #requestTimeoutMs: number
  readonly #traffic = new Traffic()
  readonly #pool: BrokerPool
  readonly #security: ConnectionSecurity | undefined
  readonly #cluster: Cluster
  /** What was opened here and is closed with us. */
  readonly #children = new Set<{ close(): Promise<void> }>()
  #lanes = 0
  #closed: Promise<void> | undefined

  constructor(options: KafkaClientOptions) {
    const { clientId, clock = systemClock, random = systemRandom } = options
    const { logger = silentLogger, security } = options
    const { signal } = this.#closing
    this.#patience = { clock, random, signal }
    this.#requestTimeoutMs = options.requestTimeoutMs ?? defaultRequestTimeoutMs
    this.#security = security && new ConnectionSecurity(security, { clock, random, logger })
    this.#pool = new BrokerPool(
      {
        ...{ clientId, clock, signal, traffic: this.#traffic },
        requestTimeoutMs: this.#requestTimeoutMs,
        security: this.#security,
      },
      this.#patience,
      logger,
    )
    const bootstrap = options.brokers.map(parseBrokerAddress)
    this.#cluster = new Cluster(this.#pool, bootstrap, this.#patience, this.#requestTimeoutMs)
  }

  /** What the cluster has of these topics, or all of them. `create` makes those that are absent. */
  async topics(
    names?: readonly string[],
    options: { create?: boolean } = {},
  ): Promise<TopicInfo[]> {
    return await this.#cluster.topics(names, options)
  }

  /** What its connections have carried since it was made. */
  get figures(): Readonly<Record<string, number>> {
    return this.#traffic.figures()
  }

  /** The name that the cluster gave itself. */
  async clusterId(): Promise<string> {
    return (await this.request(Metadata, { topics: [] })).clusterId ?? ''
  }

  async createTopics(topics: readonly NewTopic[]): Promise<TopicResult[]> {
    return await createTopics(topics, this.#cluster, this.#patienceOfCalls)
  }

  async deleteTopics(names: readonly string[]): Promise<TopicResult[]> {
    return await deleteTopics(names, this.#cluster, this.#patienceOfCalls)
  }

  /** Deletes the records before an offset; resolves with the new start of the partition. */
  async deleteRecords(topic: string, partition: number, before: bigint): Promise<bigint> {
    return await deleteRecords({ topic, partition, before }, this.#cluster, this.#patienceOfCalls)
  }

  async offsets(asked: readonly AskedOffset[]): Promise<FoundOffset[]> {
    return await listOffsets(asked, this.#cluster, this.#patience, this.#requestTimeoutMs)
  }

  producer(options: ProducerOptions = {}): Producer {
    return this.#adopt((parts) => new Producer(parts, options))
  }

  fetcher(options: FetcherOptions): Fetcher {
    return this.#adopt((parts) => new Fetcher(parts, options))
  }

  /** A member of a group; it begins with `run`. */
  consumer(options: GroupConsumerOptions): GroupConsumer {
    return this.#adopt((parts) => {
      const open = (fetching: FetcherOptions) => this.fetcher(fetching)
      return new GroupConsumer({ ...parts, fetcher: open }, options)
    })
  }

  /** A member of a group with a protocol of its own; it begins with `run`. */
  member(options: GroupMemberOptions): GroupMember {
    return this.#adopt((parts) => new GroupMember(parts, options))
  }

  /** A new producer id, for `produceAt`. */
  async producerIdentity(): Promise<BatchStamp> {
    return await askProducerIdentity(this.#cluster, this.#requestTimeoutMs, this.#patience)
  }

  async produceAt(batch: SequencedBatch): Promise<bigint> {
    return await produceAt(batch, this.#cluster, this.#patience, this.#requestTimeoutMs)
  }

  /** Any other request, once, at the highest version that both sides know. */
  async request<Request extends Schema, Response extends Schema>(
    api: Api<Request, Response>,
    body: Draft<Request>,
    { coordinatorOf, broker, ...options }: AskOptions = {},
  ): Promise<MessageOf<Response>> {
    const ask = (connection: Connection) => connection.request(api, body, options)
    if (coordinatorOf !== undefined) {
      return await atCoordinator(coordinatorOf, this.#cluster, this.#patienceOfCalls, ask)
    }
    if (broker !== undefined) {
      return await atBroker(broker, this.#cluster, this.#patienceOfCalls, ask)
    }
    return await this.#cluster.ask(ask)
  }

  /** Closes producers, which wait a while for what is under way, then everything else. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    await Promise.all(Array.from(this.#children, (child) => child.close()))
    this.#closing.abort()
    this.#pool.close()
    await this.#security?.close()
  }

  get #patienceOfCalls() {
    return { ...this.#patience, withinMs: this.#requestTimeoutMs }
  }

  #adopt<Child extends { close(): Promise<void> }>(make: (parts: Parts) => Child): Child {
    if (this.#closed !== undefined) throw clientError('client-closed', undefined)
    this.#lanes += 1
    const lane = `${this.#lanes}`
    const child = make({
      cluster: this.#cluster,
      patience: this.#patience,
      requestTimeoutMs: this.#requestTimeoutMs,
      lane,
      onClose: () => {
        this.#children.delete(child)
        this.#pool.closeLane(lane)
      },
    })
    this.#children.add(child)
    return child
  }
}

/** What everything that a client opens is given. */
interface Parts {
  readonly cluster: Cluster
  readonly patience: Patience
  readonly requestTimeoutMs: number
  readonly lane: string
  readonly onClose: () => void
}
