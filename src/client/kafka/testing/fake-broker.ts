import { createServer, type Server, type Socket } from 'node:net'
import { ByteReader, ByteWriter } from '../../../base/bytes.ts'
import { Produce } from '../../../protocols/kafka/apis/00-produce.ts'
import { Metadata } from '../../../protocols/kafka/apis/03-metadata.ts'
import { FindCoordinator } from '../../../protocols/kafka/apis/10-find-coordinator.ts'
import { Heartbeat } from '../../../protocols/kafka/apis/12-heartbeat.ts'
import { ApiVersions } from '../../../protocols/kafka/apis/18-api-versions.ts'
import { InitProducerId } from '../../../protocols/kafka/apis/22-init-producer-id.ts'
import { apiByKey } from '../../../protocols/kafka/apis/index.ts'
import { codecOf } from '../../../protocols/kafka/codec.ts'
import { errorCode } from '../../../protocols/kafka/error-codes.ts'
import { readRequestHeader, writeResponseHeader } from '../../../protocols/kafka/frame.ts'
import { checkBatches, decodeBatch } from '../../../protocols/kafka/record-batch.ts'
import type { Api, Draft, Schema } from '../../../protocols/kafka/schema.ts'
import { FrameSplitter } from '../frame-splitter.ts'

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
  /** A request is answered when this resolves. */
  readonly hold?: (request: number) => Promise<void>
  /** What it answers to who asks for a coordinator, by the number of the question from 0. */
  readonly coordinatorCode?: (question: number) => number
  /** The same for a heartbeat in a group. */
  readonly heartbeatCode?: (question: number) => number
  /** The ApiVersions versions that it knows; others it answers as Kafka does, in version 0. */
  readonly apiVersionsTo?: number
}

const topic = { name: 'topic', partitions: 2 }

/**
 * A broker with one topic of two partitions that keeps records and checks sequences as Kafka does,
 * apart from what its script does to requests.
 */
export class FakeBroker {
  /** The values that were written, by partition. */
  readonly written: string[][] = Array.from({ length: topic.partitions }, () => [])
  readonly requests = {
    produce: 0,
    findCoordinator: 0,
    heartbeat: 0,
    connections: 0,
    mostInFlight: 0,
  }
  readonly #script: FakeBrokerScript
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** By partition and producer: what was written last. */
  readonly #producers = new Map<string, { epoch: number; next: number; batches: Written[] }>()
  #inFlight = 0

  private constructor(script: FakeBrokerScript) {
    this.#script = script
    this.#server = createServer((socket) => this.#accept(socket))
  }

  static async open(script: FakeBrokerScript = {}): Promise<FakeBroker> {
    const broker = new FakeBroker(script)
    await new Promise<void>((resolve) => broker.#server.listen(0, '127.0.0.1', resolve))
    return broker
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  get #port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
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
    if (socket.destroyed) return
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
    } else if (apiKey === Metadata.key) answer(Metadata, this.#metadata())
    else if (apiKey === InitProducerId.key) {
      const identity = { producerId: 7n, producerEpoch: 0 }
      answer(InitProducerId, { throttleTimeMs: 0, errorCode: 0, ...identity })
    } else if (apiKey === FindCoordinator.key) {
      const code = this.#script.coordinatorCode?.(this.requests.findCoordinator++) ?? 0
      answer(FindCoordinator, { errorCode: code, nodeId: 0, host: '127.0.0.1', port: this.#port })
    } else if (apiKey === Heartbeat.key) {
      const code = this.#script.heartbeatCode?.(this.requests.heartbeat++) ?? 0
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
        return { index, ...this.#write(index, records ?? Buffer.alloc(0)) }
      })
    if (fate === 'lose-answer') return void socket.destroy()
    answer([{ name: topic.name, partitionResponses }])
  }

  #write(partition: number, batch: Buffer): { errorCode: number; baseOffset: bigint } {
    const log = this.written[partition]
    const [header] = checkBatches(batch)
    if (log === undefined || header === undefined) {
      return { errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, baseOffset: -1n }
    }
    const { producerId, producerEpoch: epoch, baseSequence, recordCount } = header
    const key = `${partition}/${producerId}`
    let state = this.#producers.get(key)
    if (state === undefined || epoch > state.epoch) state = { epoch, next: 0, batches: [] }
    const before = state.batches.find((one) => one.sequence === baseSequence)
    if (producerId >= 0n && before !== undefined) {
      return { errorCode: errorCode.NONE, baseOffset: before.offset }
    }
    if (producerId >= 0n && baseSequence !== state.next) {
      return { errorCode: errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, baseOffset: -1n }
    }
    const offset = BigInt(log.length)
    state.next += recordCount
    state.batches = [...state.batches, { sequence: baseSequence, offset }].slice(-5)
    this.#producers.set(key, state)
    for (const { value } of decodeBatch(batch).records) log.push(String(value))
    return { errorCode: errorCode.NONE, baseOffset: offset }
  }

  #apiKeys() {
    return [Produce, Metadata, FindCoordinator, Heartbeat, ApiVersions, InitProducerId].map(
      ({ key, versions }) => ({
        apiKey: key,
        minVersion: versions.from,
        maxVersion: versions.to,
      }),
    )
  }

  #metadata(): Draft<(typeof Metadata)['response']> {
    const partitions = Array.from({ length: topic.partitions }, (_, partitionIndex) => ({
      errorCode: 0,
      partitionIndex,
      leaderId: 0,
      replicaNodes: [0],
      isrNodes: [0],
    }))
    return {
      brokers: [{ nodeId: 0, host: '127.0.0.1', port: this.#port }],
      topics: [{ errorCode: 0, name: topic.name, partitions }],
    }
  }
}

interface Written {
  readonly sequence: number
  readonly offset: bigint
}

interface PartitionData {
  readonly index: number
  readonly records: Buffer | null
}
