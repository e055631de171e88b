import type { LeatError } from '../../base/errors.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { FindCoordinator } from '../../protocols/kafka/apis/10-find-coordinator.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import type { BrokerAddress } from './addresses.ts'
import type { BrokerPool } from './broker-pool.ts'
import type { Connection } from './connection.ts'
import { answeredError, checkAnswer, clientError } from './errors.ts'
import { type Patience, retrying } from './retry.ts'
import { Standing } from './standing.ts'

export interface PartitionInfo {
  readonly partition: number
  /** The broker that takes and gives its records; -1 while there is none. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly inSync: readonly number[]
}

export interface TopicInfo {
  readonly name: string
  /** As Kafka prints it; brokers before 2.8 have none. */
  readonly id?: string
  readonly internal: boolean
  /** In order of their numbers. */
  readonly partitions: readonly PartitionInfo[]
  readonly error?: LeatError
}

/** The lane of everything that is answered soon. */
const commonLane = 'common'

/** Any broker answers these at once, so one that does not is left for another. */
const longestAnswerMs = 10_000
const longestAgeMs = 5 * 60 * 1000
const mostCachedTopics = 10_000
/** FindCoordinator asks for many keys at once from version 4 on. */
const coordinatorOfOne = { atMost: 3 }

type MetadataAnswer = MessageOf<(typeof Metadata)['response']>

/** Who is who in the cluster: brokers, leaders, coordinators, as last heard and asked again. */
export class Cluster {
  readonly #pool: BrokerPool
  readonly #bootstrap: readonly BrokerAddress[]
  readonly #patience: Patience
  readonly #requestTimeoutMs: number
  #brokers: ReadonlyMap<number, BrokerAddress> = new Map()
  #controller = -1
  readonly #topics = new Map<string, { info: TopicInfo; atMs: number }>()
  readonly #asking = new Map<string, Promise<TopicInfo>>()
  readonly #coordinators = new Map<string, number>()
  readonly #standing = new Standing()

  constructor(
    pool: BrokerPool,
    bootstrap: readonly BrokerAddress[],
    patience: Patience,
    requestTimeoutMs: number,
  ) {
    this.#pool = pool
    this.#bootstrap = bootstrap
    this.#patience = patience
    this.#requestTimeoutMs = requestTimeoutMs
  }

  /**
   * Asks whichever broker answers: first where a connection stands already, last where nobody
   * answered before.
   */
  async ask<Answer>(question: (connection: Connection) => Promise<Answer>): Promise<Answer> {
    const isOpen = (one: BrokerAddress) => this.#pool.isOpen(one, commonLane)
    const brokers = [...this.#brokers.values(), ...this.#bootstrap]
    const candidates = this.#standing.sort(
      brokers.toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a))),
    )
    let failure: unknown
    for (const address of candidates) {
      let connection: Connection | undefined
      try {
        connection = await this.#pool.connection(address, commonLane)
        const answer = await question(connection)
        this.#standing.answered(address)
        return answer
      } catch (error) {
        failure = error
        if (connection?.isOpen) throw error
        this.#standing.failed(address)
        // What was asked may have been done: whether to ask again is for the caller to say.
        if (connection !== undefined) throw error
      }
    }
    throw failure
  }

  async broker(id: number, lane = commonLane): Promise<Connection> {
    if (!this.#brokers.has(id)) await this.topics([])
    const address = this.#brokers.get(id)
    if (address === undefined) throw clientError('broker-unknown', { broker: id })
    return await this.#pool.connection(address, lane)
  }

  /** Asks the broker that changes topics, or any where all of them do. */
  async askController<Answer>(
    question: (connection: Connection) => Promise<Answer>,
  ): Promise<Answer> {
    if (this.#brokers.size === 0) await this.topics([])
    if (!this.#brokers.has(this.#controller)) return await this.ask(question)
    try {
      return await question(await this.broker(this.#controller))
    } catch (error) {
      // Who it is now is asked before the next question.
      this.#brokers = new Map()
      throw error
    }
  }

  /** What the cluster says now of these topics, or of all; an error of a topic stands beside it. */
  async topics(
    names?: readonly string[],
    options: { create?: boolean } = {},
  ): Promise<TopicInfo[]> {
    return await retrying(this.#requestTimeoutMs, this.#patience, async () => {
      const asked = {
        topics: names?.map((name) => ({ name })) ?? null,
        allowAutoTopicCreation: options.create ?? false,
      }
      return this.#learn(
        await this.ask((connection) => connection.request(Metadata, asked, this.#soon)),
      )
    })
  }

  /** What is known of a topic; asks when that is nothing, or old. The answer may be an error. */
  async topic(name: string, options: { create?: boolean } = {}): Promise<TopicInfo> {
    const known = this.cached(name)
    if (known !== undefined) return known
    const asked = this.#asking.get(name)
    if (asked !== undefined) return await asked
    const asking = this.#askTopic(name, options).finally(() => this.#asking.delete(name))
    this.#asking.set(name, asking)
    return await asking
  }

  cached(name: string): TopicInfo | undefined {
    const known = this.#topics.get(name)
    if (known === undefined) return undefined
    return this.#patience.clock.now() - known.atMs < longestAgeMs ? known.info : undefined
  }

  /** The broker that leads a partition; throws, retriably, while there is none. */
  async leader(topic: string, partition: number): Promise<number> {
    const { partitions, error } = await this.topic(topic)
    if (error !== undefined) throw error
    const found = partitions.find((one) => one.partition === partition)
    if (found === undefined) {
      throw clientError('partition-unknown', { topic, partition, count: partitions.length })
    }
    if (found.leader >= 0) return found.leader
    this.forget(topic)
    throw answeredError(errorCode.LEADER_NOT_AVAILABLE, `Partition ${partition} of '${topic}'`)
  }

  /** What is known of the topic turned out to be wrong. */
  forget(topic: string): void {
    this.#topics.delete(topic)
  }

  /** The broker that coordinates a group. */
  async coordinator(group: string): Promise<number> {
    const known = this.#coordinators.get(group)
    if (known !== undefined && this.#brokers.has(known)) return known
    const how = { ...coordinatorOfOne, ...this.#soon }
    const answer = await this.ask((connection) =>
      connection.request(FindCoordinator, { key: group }, how),
    )
    checkAnswer(answer.errorCode, `No coordinator of group '${group}'`)
    this.#brokers = new Map(this.#brokers).set(answer.nodeId, {
      host: answer.host,
      port: answer.port,
    })
    if (this.#coordinators.size >= mostCachedTopics) this.#coordinators.clear()
    this.#coordinators.set(group, answer.nodeId)
    return answer.nodeId
  }

  forgetCoordinator(group: string): void {
    this.#coordinators.delete(group)
  }

  get #soon(): { timeoutMs: number } {
    return { timeoutMs: Math.min(this.#requestTimeoutMs, longestAnswerMs) }
  }

  async #askTopic(name: string, options: { create?: boolean }): Promise<TopicInfo> {
    const [info] = await this.topics([name], options)
    if (info !== undefined) return info
    throw answeredError(errorCode.UNKNOWN_TOPIC_OR_PARTITION, `Topic '${name}'`)
  }

  #learn(answer: MetadataAnswer): TopicInfo[] {
    this.#brokers = new Map(
      answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]),
    )
    this.#controller = answer.controllerId
    const topics = answer.topics.map(topicInfo)
    const atMs = this.#patience.clock.now()
    for (const info of topics) {
      this.#topics.delete(info.name)
      if (info.error === undefined) this.#topics.set(info.name, { info, atMs })
    }
    for (const name of this.#topics.keys()) {
      if (this.#topics.size <= mostCachedTopics) break
      this.#topics.delete(name)
    }
    return topics
  }
}

function topicInfo(topic: MetadataAnswer['topics'][number]): TopicInfo {
  const name = topic.name ?? ''
  return {
    name,
    internal: topic.isInternal,
    partitions: topic.partitions
      .map(({ partitionIndex, leaderId, replicaNodes, isrNodes }) => ({
        partition: partitionIndex,
        leader: leaderId,
        replicas: replicaNodes,
        inSync: isrNodes,
      }))
      .sort((one, other) => one.partition - other.partition),
    ...(topic.topicId.some((byte) => byte !== 0) && { id: topic.topicId.toString('base64url') }),
    ...(topic.errorCode !== 0 && { error: answeredError(topic.errorCode, `Topic '${name}'`) }),
  }
}
