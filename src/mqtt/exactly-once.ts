import { type Clock, pause } from '../base/clock.ts'
import { isRetriable } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { partitionName } from './cursor.ts'
import { mqttError, sentence } from './errors.ts'
import type { Kafka, NewRecord, ProducerIdentity } from './kafka.ts'
import type { Intent } from './stored-session.ts'

interface Waiting {
  readonly packetId: number
  readonly record: NewRecord
  readonly resolve: (offset: bigint) => void
  readonly reject: (error: unknown) => void
}

interface Lane {
  readonly topic: string
  readonly partition: number
  readonly waiting: Waiting[]
  identity: ProducerIdentity | undefined
  sequence: number
  running: boolean
}

export interface ExactlyOnceOptions {
  readonly kafka: Kafka
  readonly clock: Clock
  readonly logger: Logger
  /** Makes it durable that these messages are about to be written with this sequence. */
  readonly intend: (intent: Intent) => Promise<void>
  /** The batch is in the log, or it never will be. */
  readonly settled: (intent: Intent, how: 'written' | 'refused') => void
}

const mostBatchBytes = 262_144
const mostBatchRecords = 100
const retryMs = 500

/**
 * QoS 2 into the log, also across a crash: first the intention is durable (which messages, with
 * which producer's sequence), then they are written with just that sequence. After a crash the
 * last intention is carried out again, and the broker drops what it has already. One batch a
 * partition is under way at a time; what comes meanwhile is the next batch.
 */
export class ExactlyOnce {
  readonly #options: ExactlyOnceOptions
  readonly #lanes = new Map<string, Lane>()
  #ended = false

  constructor(options: ExactlyOnceOptions) {
    this.#options = options
  }

  /** Resolves with the offset once the message is in the log. */
  write(topic: string, partition: number, packetId: number, record: NewRecord): Promise<bigint> {
    const name = partitionName(topic, partition)
    let lane = this.#lanes.get(name)
    if (lane === undefined) {
      lane = { topic, partition, waiting: [], identity: undefined, sequence: 0, running: false }
      this.#lanes.set(name, lane)
    }
    const { waiting } = lane
    const written = new Promise<bigint>((resolve, reject) => {
      waiting.push({ packetId, record, resolve, reject })
    })
    if (!lane.running) void this.#run(lane)
    return written
  }

  /** The session is over: nothing is tried again. */
  end(): void {
    this.#ended = true
  }

  async #run(lane: Lane): Promise<void> {
    lane.running = true
    while (lane.waiting.length > 0) await this.#writeBatch(lane, nextBatch(lane.waiting))
    lane.running = false
  }

  async #writeBatch(lane: Lane, batch: readonly Waiting[]): Promise<void> {
    const { kafka, intend, settled } = this.#options
    const { topic, partition } = lane
    let intent: Intent | undefined
    try {
      if (this.#ended) throw mqttError('session-over', {})
      const identity = lane.identity ?? (await kafka.producerIdentity())
      lane.identity = identity
      const records = batch.map(({ record }) => ({ ...record, offset: 0n }))
      intent = {
        topic,
        partition,
        producerId: `${identity.producerId}`,
        epoch: identity.epoch,
        sequence: lane.sequence,
        packetIds: batch.map(({ packetId }) => packetId),
        records,
      }
      await intend(intent)
      const base = await produceIntent(kafka, intent, (error) => this.#again(intent, error))
      lane.sequence = (lane.sequence + batch.length) % 2 ** 31
      settled(intent, 'written')
      for (const [index, { resolve }] of batch.entries()) resolve(base + BigInt(index))
    } catch (error) {
      // The sequence is used up or open: the next batch begins with a new identity.
      lane.identity = undefined
      lane.sequence = 0
      if (intent !== undefined) settled(intent, 'refused')
      for (const { reject } of batch) reject(error)
    }
  }

  async #again(intent: Intent | undefined, error: unknown): Promise<boolean> {
    if (this.#ended) return false
    this.#options.logger.warn('Writing messages of QoS 2 failed; trying again', {
      topic: intent?.topic,
      partition: intent?.partition,
      error: sentence(error),
    })
    await pause(retryMs, { clock: this.#options.clock })
    return !this.#ended
  }
}

/** Writes a batch with the sequence of its intent, however often it takes, at most once. */
export async function produceIntent(
  kafka: Kafka,
  intent: Intent,
  again: (error: unknown) => Promise<boolean>,
): Promise<bigint> {
  const { topic, partition, epoch, sequence, records } = intent
  const producerId = BigInt(intent.producerId)
  for (;;) {
    try {
      return await kafka.produceAt({ topic, partition, producerId, epoch, sequence, records })
    } catch (error) {
      if (!isRetriable(error) || !(await again(error))) throw error
    }
  }
}

function nextBatch(waiting: Waiting[]): Waiting[] {
  let bytes = 0
  let count = 0
  for (const { record } of waiting) {
    bytes += record.value?.length ?? 0
    if (count > 0 && (bytes > mostBatchBytes || count >= mostBatchRecords)) break
    count += 1
  }
  return waiting.splice(0, count)
}
