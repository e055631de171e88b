import { createHash, type Hash } from 'node:crypto'
import { ByteWriter } from '../base/bytes.ts'
import type { KafkaClient } from '../client/index.ts'
import type { Record } from '../protocols/kafka/record-batch.ts'
import { readStretch, type StreamOptions } from './record-stream.ts'

export interface Ends {
  readonly source: KafkaClient
  readonly target: KafkaClient
}

export interface PartitionReport {
  readonly topic: string
  readonly partition: number
  /** How many records were compared. */
  readonly records: number
  readonly checksumHere: string
  readonly checksumThere: string
  /** Copied before the source cleaned them away. */
  readonly cleaned: number
  /** Where both differ for the first time, as a sentence. */
  readonly difference: string | undefined
}

interface Bounds {
  /** Of the source: what it has, and up to where. */
  readonly start: bigint
  readonly end: bigint
  /** Of the target. */
  readonly endThere: bigint
  /** Exactly where an offset of the source is at the target. */
  readonly downstreamOf: (upstream: bigint) => bigint | undefined
  /** Whether the source may have dropped records in the middle since they were copied. */
  readonly isCompacted: boolean
}

/** A record that graduation itself has written, and the source therefore lacks. */
export const ownMark = 'leat.graduation'

/**
 * Of one partition, both sides record by record in order. A later look goes on where the one before
 * ended, or was interrupted: records do not change.
 */
export class Comparison {
  readonly #topic: string
  readonly #partition: number
  readonly #here = createHash('sha256')
  readonly #there = createHash('sha256')
  #upstream = 0n
  #downstream: bigint | undefined
  #records = 0
  #cleaned = 0
  #difference: string | undefined

  constructor(topic: string, partition: number) {
    this.#topic = topic
    this.#partition = partition
  }

  async advance({ source, target }: Ends, bounds: Bounds, options: StreamOptions): Promise<void> {
    if (this.#difference !== undefined) return
    const place = { topic: this.#topic, partition: this.#partition }
    const from = this.#upstream > bounds.start ? this.#upstream : bounds.start
    const fromThere = this.#downstream ?? bounds.downstreamOf(from)
    if (fromThere === undefined) {
      this.#difference = `offset ${from} has no place at the target`
      return
    }
    const there = recordsOf(
      readStretch(target, { ...place, from: fromThere, to: bounds.endThere }, options),
    )
    try {
      const stretch = { ...place, from, to: bounds.end }
      for await (const records of readStretch(source, stretch, options)) {
        for (const record of records) {
          await this.#match(record, there, bounds)
          if (this.#difference !== undefined) return
        }
      }
      for (;;) {
        const { value: extra } = await there.next()
        if (extra === undefined) break
        this.#passOver(extra, bounds)
        if (this.#difference !== undefined) return
      }
    } finally {
      await there.return(undefined)
    }
    this.#upstream = bounds.end > from ? bounds.end : from
    this.#downstream = bounds.endThere > fromThere ? bounds.endThere : fromThere
  }

  get report(): PartitionReport {
    return {
      topic: this.#topic,
      partition: this.#partition,
      records: this.#records,
      checksumHere: digestOf(this.#here),
      checksumThere: digestOf(this.#there),
      cleaned: this.#cleaned,
      difference: this.#difference,
    }
  }

  async #match(
    record: Record,
    there: AsyncGenerator<Record, undefined>,
    bounds: Bounds,
  ): Promise<void> {
    const at = bounds.downstreamOf(record.offset)
    const place = `offset ${record.offset} here, ${at ?? 'none'} there`
    for (;;) {
      const { value: copy } = await there.next()
      if (copy === undefined || at === undefined || copy.offset > at) {
        this.#difference = `${place}: the target lacks this record`
        return
      }
      if (copy.offset < at) {
        this.#passOver(copy, bounds)
        if (this.#difference !== undefined) return
        continue
      }
      const [bytes, copied] = [bytesOf(record), bytesOf(copy)]
      this.#here.update(bytes)
      this.#there.update(copied)
      this.#records += 1
      this.#upstream = record.offset + 1n
      this.#downstream = copy.offset + 1n
      if (!bytes.equals(copied)) this.#difference = `${place}: ${whatDiffers(record, copy)} differs`
      return
    }
  }

  /** A record of the target that the source does not have. */
  #passOver(record: Record, { isCompacted, start, downstreamOf }: Bounds): void {
    this.#downstream = record.offset + 1n
    if (record.headers.some(({ key }) => key === ownMark)) return
    const firstThere = downstreamOf(start) ?? 0n
    if (isCompacted || record.offset < firstThere) this.#cleaned += 1
    else this.#difference = `offset ${record.offset} there: the source has no such record`
  }
}

async function* recordsOf(
  chunks: AsyncGenerator<readonly Record[]>,
): AsyncGenerator<Record, undefined> {
  for await (const records of chunks) yield* records
  return undefined
}

/** All that a copy has in common with its record, so that no two look alike. */
function bytesOf({ key, value, headers, timestamp }: Record): Buffer {
  const writer = new ByteWriter()
  const add = (bytes: Buffer | null) => {
    writer.int32(bytes === null ? -1 : bytes.length)
    if (bytes !== null) writer.bytes(bytes)
  }
  writer.int64(timestamp)
  add(key)
  add(value)
  writer.int32(headers.length)
  for (const header of headers) {
    add(Buffer.from(header.key))
    add(header.value)
  }
  return writer.done()
}

function whatDiffers(here: Record, there: Record): string {
  const none = Buffer.alloc(0)
  const same = (one: Buffer | null, other: Buffer | null) =>
    (one === null) === (other === null) && (one ?? none).equals(other ?? none)
  if (!same(here.key, there.key)) return 'the key'
  if (!same(here.value, there.value)) return 'the value'
  return here.timestamp === there.timestamp ? 'a header' : 'the timestamp'
}

function digestOf(hash: Hash): string {
  return hash.copy().digest('hex').slice(0, 16)
}
