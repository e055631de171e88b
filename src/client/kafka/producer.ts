import { atMost } from '../../base/clock.ts'
import { isRetriable } from '../../base/errors.ts'
import type { Compression } from '../../protocols/kafka/compression/index.ts'
import type { OutgoingRecord, Sent } from './batch.ts'
import { BufferRoom } from './buffer-room.ts'
import type { Cluster, TopicInfo } from './cluster.ts'
import { asLeatError, clientError } from './errors.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { type EncodedBatch, type PlacedRecords, ReadyBatch } from './ready-batch.ts'
import { type Patience, retrying } from './retry.ts'
import { Sender } from './sender.ts'
import { TopicLine } from './topic-line.ts'

export interface ProducerOptions {
  /** Who must have a record before it counts as sent: nobody, the leader, all in sync. */
  readonly acks?: 0 | 1 | -1
  /** Repetitions write nothing twice; only with acks=-1, and then the default. */
  readonly idempotent?: boolean
  /** How long a batch that is not full waits for company. */
  readonly lingerMs?: number
  readonly batchBytes?: number
  readonly compression?: Compression
  /** Beyond this, `send` waits for room. */
  readonly maxBufferedBytes?: number
  /** How long a record is tried, from `send` on. */
  readonly deliveryTimeoutMs?: number
  /**
   * Asked before each request: while it says no, what is to be written waits. For who may be one of
   * two that believe to be the only one.
   */
  readonly mayWrite?: () => boolean
  /** How long `close` waits for what is not acknowledged yet. */
  readonly closeTimeoutMs?: number
}

export interface ProducerRecord {
  readonly topic: string
  readonly partition?: number | undefined
  readonly key?: Uint8Array | null | undefined
  readonly value: Uint8Array | null
  readonly headers?: readonly { readonly key: string; readonly value: Uint8Array | null }[]
  /** Milliseconds since the epoch; now, if absent. */
  readonly timestamp?: bigint | number
}

export interface ProducerParts {
  readonly cluster: Cluster
  readonly patience: Patience
  readonly lane: string
  readonly requestTimeoutMs: number
  readonly onClose: () => void
}

const defaults = {
  acks: -1,
  lingerMs: 0,
  batchBytes: 256 * 1024,
  compression: 'none',
  maxBufferedBytes: 32 * 1024 * 1024,
  deliveryTimeoutMs: 120_000,
  closeTimeoutMs: 5000,
} as const

/** Around the key and the value in a batch: varints, at their largest. */
const recordOverheadBytes = 24
const noHeaders: readonly never[] = []

/** What has room already, and goes into a queue as soon as its topic is known. */
interface Unplaced {
  readonly topic: string
  readonly partition: number | undefined
  readonly key: Uint8Array | null
  readonly records: number
  readonly bytes: number
  readonly enter: (queue: PartitionQueue) => void
  readonly reject: (error: Error) => void
}

/**
 * Sends records, in batches, in order, and each once. The bytes of a record must stay as they are
 * until its promise is settled.
 */
export class Producer implements AsyncDisposable {
  readonly #parts: ProducerParts
  readonly #options: typeof defaults & ProducerOptions
  readonly #room: BufferRoom
  readonly #sender: Sender
  readonly #lines = new Map<string, TopicLine>()
  readonly #unplaced = new Map<string, Unplaced[]>()
  #outstanding = 0
  #onIdle: (() => void)[] = []
  #closing: Promise<void> | undefined

  constructor(parts: ProducerParts, options: ProducerOptions) {
    this.#parts = parts
    this.#options = { ...defaults, ...options } as typeof defaults & ProducerOptions
    this.#room = new BufferRoom(this.#options.maxBufferedBytes)
    const { acks, lingerMs, compression, deliveryTimeoutMs, mayWrite } = this.#options
    this.#sender = new Sender({
      ...parts,
      acks,
      lingerMs,
      compression,
      deliveryTimeoutMs,
      mayWrite,
      isIdempotent: acks === -1 && (options.idempotent ?? true),
      onSettled: (batch) => this.#settled(batch.count, batch.bytes),
      onTaken: ({ topic, partition }) => this.#lines.get(topic)?.batchTaken(partition),
    })
  }

  /** Resolves when the record is acknowledged as `acks` says; waits while the buffer is full. */
  send(record: ProducerRecord): Promise<Sent> {
    return new Promise((resolve, reject) => {
      const { topic, partition, key = null, value, headers = noHeaders } = record
      const addedMs = this.#parts.patience.clock.now()
      const timestamp = BigInt(record.timestamp ?? addedMs)
      const content = { key, value, headers, timestamp }
      const bytes = sizeOf(content)
      this.#take({
        ...{ topic, partition, key, records: 1, bytes, reject },
        enter: (queue) => queue.add({ record: content, bytes, addedMs, resolve, reject }),
      })
    })
  }

  /**
   * As `send`, for a batch that is encoded already: only its producer and its checksum change. The
   * bytes are the producer's from now on. Resolves with where its records are, in their order.
   */
  sendBatch(encoded: EncodedBatch): Promise<readonly PlacedRecords[]> {
    return new Promise((resolve, reject) => {
      const { topic, partition, batch, records } = encoded
      const addedMs = this.#parts.patience.clock.now()
      const bytes = batch.length
      const ready = new ReadyBatch(batch, records, bytes, { addedMs, resolve, reject })
      this.#take({
        ...{ topic, partition, key: null, records, bytes, reject },
        enter: (queue) => queue.addWhole(ready),
      })
    })
  }

  /** Resolves when everything sent so far is settled, one way or the other. */
  flush(): Promise<void> {
    if (this.#outstanding === 0) return Promise.resolve()
    return new Promise((resolve) => this.#onIdle.push(resolve))
  }

  /** Takes no more; waits for what is under way up to `closeTimeoutMs`, and fails what is left. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    const { patience, onClose } = this.#parts
    await atMost(patience.clock, this.#options.closeTimeoutMs, this.flush())
    const error = clientError('client-closed', undefined)
    this.#room.refuse(error)
    for (const topic of this.#unplaced.keys()) this.#failUnplaced(topic, error)
    this.#sender.close(error)
    onClose()
  }

  #take(one: Unplaced): void {
    if (this.#closing !== undefined) {
      one.reject(clientError('client-closed', undefined))
      return
    }
    this.#outstanding += one.records
    this.#room.take(
      one.bytes,
      () => this.#place(one),
      (error) => {
        one.reject(error)
        this.#settled(one.records, 0)
      },
    )
  }

  #place(one: Unplaced): void {
    const { topic } = one
    const waiting = this.#unplaced.get(topic)
    const info = this.#parts.cluster.cached(topic)
    if (waiting !== undefined) waiting.push(one)
    else if (info !== undefined) this.#enqueue(info, one)
    else {
      this.#unplaced.set(topic, [one])
      void this.#learn(topic)
    }
  }

  #enqueue(info: TopicInfo, one: Unplaced): void {
    const { key, partition } = one
    const queue = this.#line(info.name).queueFor(info, key, partition)
    if (queue === undefined) {
      const count = info.partitions.length
      const facts = { topic: info.name, partition: partition ?? 0, count }
      one.reject(clientError('partition-unknown', facts))
      this.#settled(one.records, one.bytes)
      return
    }
    one.enter(queue)
    this.#sender.wake(queue)
  }

  #line(topic: string): TopicLine {
    const known = this.#lines.get(topic)
    if (known !== undefined) return known
    const line = new TopicLine(topic, this.#options.batchBytes, this.#parts.patience.random)
    this.#lines.set(topic, line)
    return line
  }

  /** Finds out the partitions of a topic, making it where the broker does so, then places records. */
  async #learn(topic: string): Promise<void> {
    const { cluster, patience } = this.#parts
    try {
      const info = await retrying(this.#options.deliveryTimeoutMs, patience, async () => {
        const found = await cluster.topic(topic, { create: true })
        if (found.error !== undefined) throw found.error
        return found
      })
      const waiting = this.#unplaced.get(topic) ?? []
      this.#unplaced.delete(topic)
      for (const one of waiting) this.#enqueue(info, one)
    } catch (cause) {
      const why = asLeatError(cause)
      const facts = { topic, ms: this.#options.deliveryTimeoutMs, why: why.message }
      const error = isRetriable(cause) ? clientError('delivery-timed-out', facts, { cause }) : why
      this.#failUnplaced(topic, error)
    }
  }

  #failUnplaced(topic: string, error: Error): void {
    const waiting = this.#unplaced.get(topic) ?? []
    this.#unplaced.delete(topic)
    for (const one of waiting) {
      one.reject(error)
      this.#settled(one.records, one.bytes)
    }
  }

  #settled(records: number, bytes: number): void {
    this.#outstanding -= records
    if (bytes > 0) this.#room.leave(bytes)
    if (this.#outstanding > 0) return
    for (const resolve of this.#onIdle.splice(0)) resolve()
  }
}

function sizeOf({ key, value, headers }: OutgoingRecord): number {
  let bytes = recordOverheadBytes + (key?.length ?? 0) + (value?.length ?? 0)
  for (const header of headers) bytes += 16 + header.key.length * 3 + (header.value?.length ?? 0)
  return bytes
}
