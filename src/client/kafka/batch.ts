import type { Compression } from '../../protocols/kafka/compression/index.ts'
import { encodeBatch } from '../../protocols/kafka/record-batch.ts'

export interface Sent {
  readonly topic: string
  readonly partition: number
  /** -1 where nobody told: with acks=0, and for a repetition that was written long ago. */
  readonly offset: bigint
  /** As it was sent, in milliseconds; the broker may keep another, where it is so configured. */
  readonly timestamp: bigint
}

export interface OutgoingRecord {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[]
  readonly timestamp: bigint
}

/** A record with the caller that waits for it. */
export interface Entry {
  readonly record: OutgoingRecord
  readonly bytes: number
  readonly addedMs: number
  readonly resolve: (sent: Sent) => void
  readonly reject: (error: Error) => void
}

export interface BatchStamp {
  readonly producerId: bigint
  readonly epoch: number
}

const highestSequence = 2 ** 31 - 1

/** Records of one partition that are sent, acknowledged and repeated together. */
export abstract class Sendable {
  /** The number of its first record, from its first sending on. */
  sequence = -1
  attempts = 0
  /** Why it was not acknowledged yet. */
  failure: Error | undefined

  /** How many records it has. */
  abstract readonly count: number
  abstract readonly bytes: number
  abstract readonly addedMs: number
  abstract encode(compression: Compression, stamp: BatchStamp | undefined): Buffer
  /** In two, with the same sequences, for a broker that finds the whole too large. */
  abstract halves(): [Sendable, Sendable]
  abstract acknowledge(topic: string, partition: number, baseOffset: bigint): void
  abstract fail(error: Error): void

  get nextSequence(): number {
    return sequenceAfter(this.sequence, this.count)
  }
}

/** Of records that came one by one. */
export class Batch extends Sendable {
  readonly entries: Entry[] = []
  bytes = 0

  get count(): number {
    return this.entries.length
  }

  add(entry: Entry): void {
    this.entries.push(entry)
    this.bytes += entry.bytes
  }

  get addedMs(): number {
    return this.entries[0]?.addedMs ?? 0
  }

  encode(compression: Compression, stamp: BatchStamp | undefined): Buffer {
    const records = this.entries.map(({ record }) => record)
    if (stamp === undefined) return encodeBatch({ records, compression })
    return encodeBatch({
      records,
      compression,
      producerId: stamp.producerId,
      producerEpoch: stamp.epoch,
      baseSequence: this.sequence,
    })
  }

  halves(): [Batch, Batch] {
    const [first, second] = [new Batch(), new Batch()]
    const middle = this.entries.length >> 1
    for (const [index, entry] of this.entries.entries())
      (index < middle ? first : second).add(entry)
    first.sequence = this.sequence
    second.sequence = this.sequence < 0 ? -1 : first.nextSequence
    return [first, second]
  }

  acknowledge(topic: string, partition: number, baseOffset: bigint): void {
    let offset = baseOffset
    for (const { resolve, record } of this.entries) {
      resolve({ topic, partition, offset, timestamp: record.timestamp })
      if (baseOffset >= 0n) offset += 1n
    }
  }

  fail(error: Error): void {
    for (const { reject } of this.entries) reject(error)
  }
}

/** Sequences count from 0 to the highest int32 and begin again. */
export function sequenceAfter(sequence: number, count: number): number {
  const left = highestSequence - sequence
  return count <= left ? sequence + count : count - left - 1
}
