/**
 * What goes to the target of what was read: batches as they are, wherever the target will take them
 * so; small ones together in one, and anew what compaction or an append time has left in a shape
 * that no producer may send.
 */
import type { FetchedBatch } from '../../client/index.ts'
import type { Compression } from '../../protocols/kafka/compression/index.ts'
import {
  attribute,
  type BatchHeader,
  decodeBatch,
  encodeBatch,
  type Record,
} from '../../protocols/kafka/record-batch.ts'
import type { Tail } from './tail.ts'

/** Records that follow each other at the source. */
export interface Stretch {
  readonly upstream: bigint
  readonly count: number
}

/** One batch, and what its records are at the source. */
export interface Outgoing {
  readonly batch: Buffer
  readonly stretches: readonly Stretch[]
  readonly records: number
}

/** A record that the target has already. */
export interface Known {
  readonly upstream: bigint
  readonly downstream: bigint
}

/** Below this a batch is opened and joined with its neighbours: each costs a request of its own. */
const smallestPassedBytes = 8 * 1024
const mostJoinedBytes = 256 * 1024

/** In order, from the position `from` on. */
export function outgoing(
  batches: readonly FetchedBatch[],
  from: bigint,
  tail: Tail | undefined,
): (Outgoing | Known)[] {
  const found: (Outgoing | Known)[] = []
  const joint = new Joint(found)
  for (const [index, { header, bytes }] of batches.entries()) {
    const isAlone = batches.length === 1 || (index === batches.length - 1 && joint.isEmpty)
    const isWorthIt = isAlone || header.sizeBytes >= smallestPassedBytes
    const hasTail = tail !== undefined && !tail.isEmpty
    if (isWorthIt && !hasTail && header.baseOffset >= from && isSendable(header)) {
      joint.flush()
      found.push(asItIs(header, bytes))
      continue
    }
    const { records, compression } = decodeBatch(bytes)
    for (const record of records) {
      if (record.offset < from) continue
      const downstream = hasTail ? tail.take(record) : undefined
      if (downstream === undefined) joint.add(record, compression)
      else {
        joint.flush()
        found.push({ upstream: record.offset, downstream })
      }
    }
  }
  joint.flush()
  return found
}

export function isKnown(one: Outgoing | Known): one is Known {
  return 'downstream' in one
}

/** Whether a broker takes it from a producer: all its offsets are there, and the times are theirs. */
function isSendable({ attributes, recordCount, lastOffsetDelta }: BatchHeader): boolean {
  const ofTheLog = attribute.logAppendTime | attribute.deleteHorizon | attribute.control
  return (attributes & ofTheLog) === 0 && recordCount === lastOffsetDelta + 1 && recordCount > 0
}

/** A copy: the answer that it stands in is large, and is not kept for one batch's sake. */
function asItIs({ baseOffset, recordCount }: BatchHeader, bytes: Buffer): Outgoing {
  const stretches = [{ upstream: baseOffset, count: recordCount }]
  return { batch: Buffer.from(bytes), stretches, records: recordCount }
}

/** Records of several batches that become one. */
class Joint {
  readonly #found: (Outgoing | Known)[]
  #records: Record[] = []
  #bytes = 0
  #compression: Compression = 'none'

  constructor(found: (Outgoing | Known)[]) {
    this.#found = found
  }

  get isEmpty(): boolean {
    return this.#records.length === 0
  }

  add(record: Record, compression: Compression): void {
    const bytes = bytesOf(record)
    if (compression !== this.#compression || this.#bytes + bytes > mostJoinedBytes) this.flush()
    this.#compression = compression
    this.#records.push(record)
    this.#bytes += bytes
  }

  flush(): void {
    const records = this.#records
    if (records.length === 0) return
    this.#found.push({
      batch: encodeBatch({ records, compression: this.#compression }),
      stretches: stretchesOf(records),
      records: records.length,
    })
    this.#records = []
    this.#bytes = 0
  }
}

function stretchesOf(records: readonly Record[]): Stretch[] {
  const stretches: { upstream: bigint; count: number }[] = []
  for (const { offset } of records) {
    const last = stretches.at(-1)
    if (last !== undefined && last.upstream + BigInt(last.count) === offset) last.count += 1
    else stretches.push({ upstream: offset, count: 1 })
  }
  return stretches
}

/** About what a record takes in a batch. */
const recordOverheadBytes = 16

function bytesOf({ key, value, headers }: Record): number {
  let bytes = recordOverheadBytes + (key?.length ?? 0) + (value?.length ?? 0)
  for (const header of headers) bytes += header.key.length + (header.value?.length ?? 0)
  return bytes
}
