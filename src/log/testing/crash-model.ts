import assert from 'node:assert/strict'
import { between, pick, type Random } from '../../base/random.ts'
import type { FaultyFiles } from '../../base/testing/faulty-files.ts'
import { checkBatches, encodeBatch } from '../../protocols/kafka/record-batch.ts'
import type { Log, LogOptions } from '../log.ts'
import type { PartitionIdentity } from '../partition-identity.ts'
import type { PartitionLog } from '../partition-log.ts'
import { defaultPolicy } from '../settings.ts'
import { append, baseTimestamp, readAll } from './workbench.ts'

type Durability = LogOptions['durability']

/** A batch as it must be read: stamped. */
interface WrittenBatch {
  readonly baseOffset: bigint
  readonly nextOffset: bigint
  readonly bytes: Buffer
}

/** What was asked of one partition, and what was promised. */
interface PartitionModel {
  readonly identity: PartitionIdentity
  readonly written: WrittenBatch[]
  promisedCount: number
  /** How many of these a run with durability `disk` promised, which hold after a power loss. */
  syncedCount: number
  start: { asked: bigint; promised: bigint }
  created: 'asked' | 'promised'
  deleted: 'no' | 'asked' | 'promised'
}

/** The disk after a power loss, and what was asked and promised until then. */
export interface CrashPoint {
  readonly files: FaultyFiles
  readonly at: string
  readonly partitions: readonly PartitionModel[]
}

const policy = { segmentBytes: 8 * 1024, indexIntervalBytes: 512 }

/** Works with a log by chance and remembers every promise, so that a recovered log can be judged. */
export class CrashModel {
  readonly #random: Random
  readonly #log: Log
  readonly #partitions: PartitionModel[]
  readonly #pending: Promise<unknown>[] = []
  readonly #durability: Durability

  constructor(
    random: Random,
    log: Log,
    durability: Durability,
    survivors: readonly PartitionModel[],
  ) {
    this.#random = random
    this.#durability = durability
    this.#log = log
    this.#partitions = [...survivors]
    // A policy belongs to the topic's settings, not to the log's files.
    for (const partition of log.partitions()) partition.configure({ ...defaultPolicy, ...policy })
  }

  crashPoint(files: FaultyFiles, at: string): CrashPoint {
    const partitions = this.#partitions.map((model) => ({
      ...model,
      start: { ...model.start },
      written: [...model.written],
    }))
    return { files, at, partitions }
  }

  /** One thing that the broker may do. */
  async step(): Promise<void> {
    const dice = this.#random.next()
    const living = this.#partitions.filter(
      ({ created, deleted }) => created === 'promised' && deleted === 'no',
    )
    if (living.length === 0 || dice < 0.03) return this.#create()
    const model = pick(this.#random, living)
    if (dice < 0.04) return this.#delete(model)
    if (dice < 0.07) return this.#deleteRecords(model)
    if (dice < 0.3) return this.#catchUp()
    if (dice < 0.8) return this.#append(model)
    this.#log.burst.run(() => {
      for (let count = between(this.#random, 2, 8); count > 0; count--) {
        this.#append(pick(this.#random, living))
      }
    })
  }

  /** Waits for all promises. */
  async finish(): Promise<void> {
    await Promise.all(this.#pending)
    await this.#log.settled()
  }

  async #create(): Promise<void> {
    const topic = pick(this.#random, ['sensors', 'a.b-c', 'x'])
    const taken = this.#partitions.some(
      ({ identity, deleted }) => identity.topic === topic && deleted !== 'promised',
    )
    if (taken) return
    const topicId = this.#random.bytes(16).toString('base64url')
    const model: PartitionModel = {
      identity: { topic, topicId, partition: 0 },
      written: [],
      promisedCount: 0,
      syncedCount: 0,
      start: { asked: 0n, promised: 0n },
      created: 'asked',
      deleted: 'no',
    }
    this.#partitions.push(model)
    await this.#log.createPartition(model.identity, policy)
    model.created = 'promised'
  }

  async #delete(model: PartitionModel): Promise<void> {
    model.deleted = 'asked'
    await this.#log.deletePartition(model.identity.topicId, 0)
    model.deleted = 'promised'
  }

  async #deleteRecords(model: PartitionModel): Promise<void> {
    const partition = this.#partitionOf(model)
    const { startOffset, durableOffset } = partition
    const offset = BigInt(between(this.#random, Number(startOffset), Number(durableOffset)))
    model.start.asked = offset > model.start.asked ? offset : model.start.asked
    const deleted = partition.deleteRecordsBefore(offset).then((start) => {
      if (start > model.start.promised) model.start.promised = start
    })
    this.#pending.push(deleted)
    if (this.#random.next() < 0.5) await deleted
  }

  async #catchUp(): Promise<void> {
    if (this.#random.next() < 0.3) await this.finish()
    else await new Promise((resolve) => setImmediate(resolve))
  }

  #append(model: PartitionModel): void {
    const partition = this.#partitionOf(model)
    const bytes = this.#batch(partition)
    const { baseOffset, lastOffset, duplicate, durable } = append(partition, bytes)
    assert.equal(duplicate, false)
    bytes.writeBigInt64BE(baseOffset, 0)
    bytes.writeInt32BE(0, 12)
    const count = model.written.push({ baseOffset, nextOffset: lastOffset + 1n, bytes })
    this.#pending.push(
      durable.then(() => {
        model.promisedCount = Math.max(model.promisedCount, count)
        if (this.#durability === 'disk') model.syncedCount = model.promisedCount
        assert.ok(partition.durableOffset > lastOffset, 'a promise is kept before it is given')
      }),
    )
  }

  #batch(partition: PartitionLog): Buffer {
    const records = Array.from({ length: between(this.#random, 1, 4) }, (_, index) => ({
      timestamp: baseTimestamp + partition.endOffset + BigInt(index),
      key: null,
      value: this.#random.bytes(between(this.#random, 1, this.#random.next() < 0.1 ? 2000 : 100)),
    }))
    if (this.#random.next() < 0.4) return encodeBatch({ records })
    const producerId = BigInt(between(this.#random, 1, 3))
    const known = [...partition.producers()].find((one) => one.producerId === producerId)
    const baseSequence = known === undefined ? 0 : known.lastSequence + 1
    return encodeBatch({ records, producerId, producerEpoch: known?.epoch ?? 0, baseSequence })
  }

  #partitionOf({ identity }: PartitionModel): PartitionLog {
    const partition = this.#log.partition(identity.topicId, identity.partition)
    assert.ok(partition !== undefined, `${identity.topic} is there`)
    return partition
  }
}

/** What a power loss may leave of the promises: those of durability `disk`, and all that is no record. */
export function afterPowerLoss<Point extends CrashPoint>(point: Point): Point {
  const partitions = point.partitions.map((model) => ({
    ...model,
    promisedCount: model.syncedCount,
  }))
  return { ...point, partitions }
}

/** Judges a recovered log; returns what has survived, for the work to go on from there. */
export function judge(log: Log, point: CrashPoint, durability: Durability): PartitionModel[] {
  const survivors: PartitionModel[] = []
  for (const model of point.partitions) {
    const partition = log.partition(model.identity.topicId, model.identity.partition)
    if (partition === undefined) {
      assert.ok(model.created === 'asked' || model.deleted !== 'no', 'no partition is lost')
      continue
    }
    assert.notEqual(model.deleted, 'promised', 'a deleted partition does not come back')
    survivors.push(judgePartition(partition, model, durability))
  }
  const known = new Set(survivors.map(({ identity }) => identity.topicId))
  for (const { identity } of log.partitions()) assert.ok(known.has(identity.topicId))
  return survivors
}

function judgePartition(
  partition: PartitionLog,
  model: PartitionModel,
  durability: Durability,
): PartitionModel {
  const { startOffset, endOffset, durableOffset } = partition
  assert.equal(endOffset, durableOffset)
  assert.ok(startOffset <= endOffset)
  assert.ok(startOffset >= model.start.promised, 'deleted records stay deleted')
  assert.ok(startOffset <= model.start.asked, 'nothing else is deleted')
  const written = model.written.filter(({ nextOffset }) => nextOffset <= endOffset)
  assert.ok(
    written.length >= model.promisedCount,
    `${model.promisedCount} batches were promised, ${written.length} are there`,
  )
  assert.equal(written.at(-1)?.nextOffset ?? 0n, endOffset, 'batches are whole')
  const readable = written.filter(({ nextOffset }) => nextOffset > startOffset)
  const expected = Buffer.concat(readable.map(({ bytes }) => bytes))
  assert.ok(readAll(partition).equals(expected), 'what is read is what was written')
  assert.ok(readAll(partition, 700).equals(expected), 'small fetches read the same')
  for (const { bytes, baseOffset } of lastOfEachProducer(written)) {
    const repeated = append(partition, bytes)
    assert.deepEqual([repeated.duplicate, repeated.baseOffset], [true, baseOffset])
  }
  return {
    ...model,
    written,
    promisedCount: written.length,
    // A start with durability `disk` syncs all there is.
    syncedCount: durability === 'disk' ? written.length : model.syncedCount,
    start: { asked: startOffset, promised: startOffset },
    created: 'promised',
    deleted: 'no',
  }
}

function lastOfEachProducer(written: readonly WrittenBatch[]): Iterable<WrittenBatch> {
  const last = new Map<bigint, WrittenBatch>()
  for (const batch of written) {
    const producerId = checkBatches(batch.bytes)[0]?.producerId ?? -1n
    if (producerId >= 0n) last.set(producerId, batch)
  }
  return last.values()
}
