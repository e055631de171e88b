import { createServer, type Server, type Socket } from 'node:net'
import { ByteReader, ByteWriter } from '../../../base/bytes.ts'
import { Produce } from '../../../protocols/kafka/apis/00-produce.ts'
import { Metadata } from '../../../protocols/kafka/apis/03-metadata.ts'
import { OffsetCommit } from '../../../protocols/kafka/apis/08-offset-commit.ts'
import { FindCoordinator } from '../../../protocols/kafka/apis/10-find-coordinator.ts'
import { Heartbeat } from '../../../protocols/kafka/apis/12-heartbeat.ts'
import { ApiVersions } from '../../../protocols/kafka/apis/18-api-versions.ts'
import { CreateTopics } from '../../../protocols/kafka/apis/19-create-topics.ts'
import { InitProducerId } from '../../../protocols/kafka/apis/22-init-producer-id.ts'
import { apiByKey } from '../../../protocols/kafka/apis/index.ts'
import { codecOf } from '../../../protocols/kafka/codec.ts'
import { errorCode } from '../../../protocols/kafka/error-codes.ts'
import { readRequestHeader, writeResponseHeader } from '../../../protocols/kafka/frame.ts'
import { decodeBatch } from '../../../protocols/kafka/record-batch.ts'
import type { Api, Draft, Schema } from '../../../protocols/kafka/schema.ts'
import { FrameSplitter } from '../frame-splitter.ts'
import { FakeLog } from './fake-log.ts'

/** What the script says to a Produce request, by its number from 0. */
export type Fate =
  | 'write'
  /** The connection ends before anything is written. */
  | 'lose-request'
  /** All is written, then the connection ends. */
  | 'lose-answer'
  /** Bytes that are no answer. */
  | 'garbage'
  /** A Kafka error code, for every partition. */
  | number

export interface FakeBrokerScript {
  readonly fate?: (request: number) => Fate
  /** Batches with such a record are refused as INVALID_RECORD. */
  readonly refuses?: (value: string) => boolean
  /** A request is answered when this resolves. */
  readonly hold?: (request: number) => Promise<void>
  /** What it answers to who asks for a coordinator, by the number of the question from 0. */
  readonly coordinatorCode?: (question: number) => number
  /** The same for a heartbeat in a group. */
  readonly heartbeatCode?: (question: number) => number
  /** The same for the offsets of a group. */
  readonly commitCode?: (question: number) => number
  /** The ApiVersions versions that it knows; others it answers as Kafka does, in version 0. */
  readonly apiVersionsTo?: number
}

const apis = [
  Produce,
  Metadata,
  OffsetCommit,
  FindCoordinator,
  Heartbeat,
  ApiVersions,
  CreateTopics,
  InitProducerId,
]

const topic = { name: 'topic', partitions: 2 }

/** What the brokers of one cluster share. */
export class FakeCluster {
  readonly log = new FakeLog(topic.partitions)
  readonly brokers: FakeBroker[] = []
  /** By partition. */
  readonly leaders = Array.from({ length: topic.partitions }, () => 0)
  nextProducerId = 7n
  controller = 0
  /** Of groups. */
  coordinator = 0
}

/**
 * A broker with one topic of two partitions that keeps records and checks sequences as Kafka does,
 * apart from what its script does to requests. It leads its cluster, unless that says otherwise.
 */
export class FakeBroker {
  readonly requests = {
    produce: 0,
    metadata: 0,
    findCoordinator: 0,
    heartbeat: 0,
    commit: 0,
    createTopics: 0,
    connections: 0,
    mostInFlight: 0,
  }
  /** Its own, also when nobody listens there any more. */
  port = 0
  readonly #script: FakeBrokerScript
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #cluster: FakeCluster
  readonly #id: number
  #inFlight = 0
  #isFrozen = false

  private constructor(script: FakeBrokerScript, cluster: FakeCluster) {
    this.#script = script
    this.#cluster = cluster
    this.#id = cluster.brokers.push(this) - 1
    this.#server = createServer((socket) => this.#accept(socket))
  }

  static async open(
    script: FakeBrokerScript = {},
    cluster = new FakeCluster(),
  ): Promise<FakeBroker> {
    const broker = new FakeBroker(script, cluster)
    await new Promise<void>((resolve) => broker.#server.listen(0, '127.0.0.1', resolve))
    const address = broker.#server.address()
    if (typeof address === 'object' && address !== null) broker.port = address.port
    return broker
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** The values that were written, by partition. */
  get written(): string[][] {
    return this.#cluster.log.written
  }

  /** It accepts connections and requests, and answers nothing from now on. */
  freeze(): void {
    this.#isFrozen = true
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (!this.#server.listening) return
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(socket: Socket): void {
    this.requests.connections += 1
    this.#sockets.add(socket)
    // Requests of a connection are answered one after the other.
    let before = Promise.resolve()
    const splitter = new FrameSplitter(1 << 24, (frame) => {
      const copy = Buffer.from(frame)
      before = before.then(() => this.#serve(socket, copy))
    })
    socket.on('data', (piece) => splitter.push(piece))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
  }

  async #serve(socket: Socket, frame: Buffer): Promise<void> {
    if (socket.destroyed || this.#isFrozen) return
    const reader = new ByteReader(frame)
    const { apiKey, apiVersion, correlationId } = readRequestHeader(reader, (key) =>
      apiByKey.get(key),
    )
    const answer = <Response extends Schema>(
      api: Api<Schema, Response>,
      body: Draft<Response>,
      version = apiVersion,
    ) => {
      const writer = new ByteWriter()
      writeResponseHeader(writer, api, version, correlationId)
      codecOf(api, 'response', version).encode(body, writer)
      const length = Buffer.alloc(4)
      length.writeInt32BE(writer.length)
      socket.write(Buffer.concat([length, ...writer.parts()]))
    }
    if (apiKey === ApiVersions.key) {
      const isKnown = apiVersion <= (this.#script.apiVersionsTo ?? ApiVersions.versions.to)
      const code = isKnown ? errorCode.NONE : errorCode.UNSUPPORTED_VERSION
      answer(ApiVersions, { errorCode: code, apiKeys: this.#apiKeys() }, isKnown ? apiVersion : 0)
    } else if (apiKey === Metadata.key) {
      this.requests.metadata += 1
      answer(Metadata, this.#metadata())
    } else if (apiKey === InitProducerId.key) {
      const identity = { producerId: this.#cluster.nextProducerId++, producerEpoch: 0 }
      answer(InitProducerId, { throttleTimeMs: 0, errorCode: 0, ...identity })
    } else if (apiKey === FindCoordinator.key) {
      const question = this.requests.findCoordinator++
      const code = this.#script.coordinatorCode?.(question) ?? 0
      const nodeId = this.#cluster.coordinator
      const port = this.#cluster.brokers[nodeId]?.port ?? 0
      answer(FindCoordinator, { errorCode: code, nodeId, host: '127.0.0.1', port })
    } else if (apiKey === OffsetCommit.key) {
      const { topics } = codecOf(OffsetCommit, 'request', apiVersion).decode(reader)
      const question = this.requests.commit++
      const code = this.#script.commitCode?.(question) ?? 0
      answer(OffsetCommit, {
        topics: topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map((one) => ({ ...one, errorCode: code })),
        })),
      })
    } else if (apiKey === CreateTopics.key) {
      const { topics } = codecOf(CreateTopics, 'request', apiVersion).decode(reader)
      this.requests.createTopics += 1
      const code = this.#cluster.controller === this.#id ? 0 : errorCode.NOT_CONTROLLER
      const made = { errorCode: code, errorMessage: null }
      answer(CreateTopics, {
        throttleTimeMs: 0,
        topics: topics.map(({ name }) => ({ ...made, name })),
      })
    } else if (apiKey === Heartbeat.key) {
      const question = this.requests.heartbeat++
      const code = this.#script.heartbeatCode?.(question) ?? 0
      answer(Heartbeat, { errorCode: code })
    } else if (apiKey === Produce.key) {
      const request = codecOf(Produce, 'request', apiVersion).decode(reader)
      await this.#produce(socket, request.topicData, (responses) => answer(Produce, { responses }))
    }
  }

  async #produce(
    socket: Socket,
    topicData: readonly { partitionData: readonly PartitionData[] }[],
    answer: (responses: Draft<(typeof Produce)['response']>['responses']) => void,
  ): Promise<void> {
    const number = this.requests.produce++
    const leads = this.#cluster.leaders.map((leader) => leader === this.#id)
    this.#inFlight += 1
    this.requests.mostInFlight = Math.max(this.requests.mostInFlight, this.#inFlight)
    await this.#script.hold?.(number)
    this.#inFlight -= 1
    const fate = this.#script.fate?.(number) ?? 'write'
    if (fate === 'lose-request') return void socket.destroy()
    if (fate === 'garbage') return void socket.write(Buffer.from('this is no answer of a broker'))
    const partitionResponses = topicData
      .flatMap(({ partitionData }) => partitionData)
      .map(({ index, records }) => {
        if (typeof fate === 'number') return { index, errorCode: fate, baseOffset: -1n }
        // What had come before the leader moved is written all the same, as by a slow network.
        if (!leads[index]) {
          return { index, errorCode: errorCode.NOT_LEADER_OR_FOLLOWER, baseOffset: -1n }
        }
        const batch = records ?? Buffer.alloc(0)
        if (this.#refuses(batch)) {
          return { index, errorCode: errorCode.INVALID_RECORD, baseOffset: -1n }
        }
        return { index, ...this.#cluster.log.write(index, batch) }
      })
    if (fate === 'lose-answer') return void socket.destroy()
    answer([{ name: topic.name, partitionResponses }])
  }

  #refuses(batch: Buffer): boolean {
    const { refuses } = this.#script
    if (refuses === undefined) return false
    return decodeBatch(batch).records.some(({ value }) => refuses(String(value)))
  }

  #apiKeys() {
    return apis.map(({ key, versions }) => ({
      apiKey: key,
      minVersion: versions.from,
      maxVersion: versions.to,
    }))
  }

  #metadata(): Draft<(typeof Metadata)['response']> {
    const partitions = Array.from({ length: topic.partitions }, (_, partitionIndex) => ({
      errorCode: 0,
      partitionIndex,
      leaderId: this.#cluster.leaders[partitionIndex] ?? -1,
      replicaNodes: [0],
      isrNodes: [0],
    }))
    const { brokers, controller: controllerId } = this.#cluster
    return {
      brokers: brokers.map(({ port }, nodeId) => ({ nodeId, host: '127.0.0.1', port })),
      controllerId,
      topics: [{ errorCode: 0, name: topic.name, partitions }],
    }
  }
}

interface PartitionData {
  readonly index: number
  readonly records: Buffer | null
}
