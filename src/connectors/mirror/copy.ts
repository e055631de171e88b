import { type Clock, pause } from '../../base/clock.ts'
import type { Fetcher, KafkaClient, Producer, Sent } from '../../client/index.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import { type MapEntry, OffsetMap } from './offset-map.ts'
import type { Tail } from './tail.ts'

export interface CopyStart {
  readonly topic: string
  readonly partition: number
  readonly next: bigint
  /** Behind what was there at both ends before; undefined where that is not known. */
  readonly end: MapEntry | undefined
  readonly tail: Tail | undefined
}

/** What has been copied of a partition since the last time. */
export interface Copied {
  readonly topic: string
  readonly partition: number
  readonly entries: readonly MapEntry[]
  /** The last record, at both ends; undefined where only markers were passed. */
  readonly last: MapEntry | undefined
  /** Where both ends go on. */
  readonly end: MapEntry
  readonly records: number
  readonly bytes: number
}

export interface CopyOptions {
  readonly source: KafkaClient
  readonly producer: Producer
  readonly remote: (topic: string) => string
  readonly reset: 'earliest' | 'latest'
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Beyond this, reading waits for the target. */
const mostPendingBytes = 32 * 1024 * 1024
/** How long a copy that has nothing to tell is waited for. */
const patienceMs = 500

interface Progress {
  readonly entries: MapEntry[]
  last: MapEntry | undefined
  records: number
  bytes: number
}

interface Partition {
  readonly topic: string
  readonly partition: number
  readonly tail: Tail | undefined
  readonly map: OffsetMap
  /** Chunks are accounted for in their order. */
  line: Promise<void>
  copied: Progress | undefined
}

/**
 * Records from one cluster to another, as they are: partition, key, value, headers and timestamp.
 * What is told as copied is acknowledged by the target, in order and without gaps.
 */
export class Copy implements AsyncDisposable {
  readonly #options: CopyOptions
  readonly #partitions: ReadonlyMap<string, Partition>
  readonly #fetcher: Fetcher
  #pendingBytes = 0
  #failure: unknown
  /** Something can be told: until it has been asked for. */
  #changed = Promise.withResolvers<void>()
  /** Something has been acknowledged: for whoever waits at that moment. */
  #progressed = Promise.withResolvers<void>()

  constructor(starts: readonly CopyStart[], options: CopyOptions) {
    this.#options = options
    this.#partitions = new Map(
      starts.map(({ topic, partition, end, tail }) => [
        `${topic}/${partition}`,
        {
          ...{ topic, partition, tail, map: new OffsetMap(end) },
          ...{ line: Promise.resolve(), copied: undefined },
        },
      ]),
    )
    this.#fetcher = options.source.fetcher({
      reset: options.reset,
      committedOnly: true,
      onRecords: (topic, partition, records) => this.#take(`${topic}/${partition}`, records),
      onPosition: (topic, partition, next) => this.#pass(`${topic}/${partition}`, next),
      onError: (error) => this.#fail(error),
    })
    for (const { topic, partition, next } of starts) this.#fetcher.assign(topic, partition, next)
  }

  /** What has been copied since the last call; waits a while where there is nothing. */
  async next(): Promise<readonly Copied[]> {
    const { clock, signal } = this.#options
    const waited = new AbortController()
    const stop = AbortSignal.any([signal, waited.signal])
    await Promise.race([this.#changed.promise, pause(patienceMs, { clock, signal: stop })])
    waited.abort()
    if (this.#failure !== undefined) throw this.#failure
    this.#changed = Promise.withResolvers<void>()
    const all: Copied[] = []
    for (const one of this.#partitions.values()) {
      const { topic, partition, copied, map } = one
      if (copied !== undefined && map.end !== undefined) {
        all.push({ topic, partition, end: map.end, ...copied })
      }
      one.copied = undefined
    }
    return all
  }

  async close(): Promise<void> {
    this.#fail(new Error('the copy is closed'))
    await this.#fetcher.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The next fetch waits for it. */
  async #take(name: string, records: readonly Record[]): Promise<void> {
    const one = this.#partitions.get(name)
    if (one === undefined) return
    const bytes = records.reduce((sum, record) => sum + bytesOf(record), 0)
    this.#pendingBytes += bytes
    const sent = Promise.all(records.map((record) => this.#send(one, record)))
    // It is awaited in its turn; where it fails before, that is told there.
    sent.catch(() => undefined)
    const settled = one.line.then(async () => {
      this.#account(one, records, await sent, bytes)
    })
    one.line = settled.catch((error) => this.#fail(error))
    while (this.#pendingBytes > mostPendingBytes && this.#failure === undefined) {
      await this.#progressed.promise
    }
  }

  /** In its turn: behind what has been read before, and only if that was copied. */
  #pass(name: string, next: bigint): void {
    const one = this.#partitions.get(name)
    if (one === undefined) return
    one.line = one.line.then(() => {
      if (this.#failure !== undefined || !one.map.passed(next)) return
      one.copied ??= noProgress()
      this.#changed.resolve()
    })
  }

  async #send(one: Partition, record: Record): Promise<bigint | undefined> {
    if (one.tail !== undefined && !one.tail.isEmpty) {
      const known = one.tail.take(record)
      if (known !== undefined) return known
    }
    const { key, value, headers, timestamp } = record
    const { producer, remote } = this.#options
    const { topic, partition } = one
    const place = { topic: remote(topic), partition }
    return offsetOf(await producer.send({ ...place, key, value, headers, timestamp }))
  }

  #account(
    one: Partition,
    records: readonly Record[],
    offsets: readonly (bigint | undefined)[],
    bytes: number,
  ): void {
    this.#pendingBytes -= bytes
    const copied = one.copied ?? noProgress()
    records.forEach(({ offset: upstream }, index) => {
      // A copy that was there already, and whose place nobody told, stands behind the one before.
      const downstream = offsets[index] ?? one.map.end?.downstream ?? 0n
      const entry = one.map.add(upstream, downstream)
      if (entry !== undefined) copied.entries.push(entry)
      copied.last = { upstream, downstream }
    })
    copied.records += records.length
    copied.bytes += bytes
    one.copied = copied
    this.#wake()
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    this.#wake()
  }

  #wake(): void {
    this.#changed.resolve()
    this.#progressed.resolve()
    this.#progressed = Promise.withResolvers()
  }
}

function noProgress(): Progress {
  return { entries: [], last: undefined, records: 0, bytes: 0 }
}

/** Undefined where the target wrote it before and does not tell where. */
function offsetOf({ offset }: Sent): bigint | undefined {
  return offset < 0n ? undefined : offset
}

function bytesOf({ key, value }: Record): number {
  return (key?.length ?? 0) + (value?.length ?? 0)
}
