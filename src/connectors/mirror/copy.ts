import { type Clock, pause } from '../../base/clock.ts'
import type {
  FetchedBatch,
  Fetcher,
  KafkaClient,
  PlacedRecords,
  Producer,
} from '../../client/index.ts'
import { type MapEntry, OffsetMap } from './offset-map.ts'
import { isKnown, type Known, type Outgoing, outgoing, type Stretch } from './outgoing.ts'
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
  /** What goes out is accounted for in its order. */
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
      onBatches: (topic, partition, batches, from) =>
        this.#take(`${topic}/${partition}`, batches, from),
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
  async #take(name: string, batches: readonly FetchedBatch[], from: bigint): Promise<void> {
    const one = this.#partitions.get(name)
    if (one === undefined) return
    for (const part of outgoing(batches, from, one.tail)) {
      if (isKnown(part)) this.#inTurn(one, async () => this.#account(one, [part], 1, 0))
      else this.#send(one, part)
    }
    while (this.#pendingBytes > mostPendingBytes && this.#failure === undefined) {
      await this.#progressed.promise
    }
  }

  /** In its turn: behind what has been read before, and only if that was copied. */
  #pass(name: string, next: bigint): void {
    const one = this.#partitions.get(name)
    if (one === undefined) return
    this.#inTurn(one, async () => {
      if (this.#failure !== undefined || !one.map.passed(next)) return
      one.copied ??= noProgress()
      this.#changed.resolve()
    })
  }

  #send(one: Partition, { batch, stretches, records }: Outgoing): void {
    const { producer, remote } = this.#options
    const bytes = batch.length
    this.#pendingBytes += bytes
    const place = { topic: remote(one.topic), partition: one.partition }
    const sent = producer.sendBatch({ ...place, batch, records })
    // It is awaited in its turn; where it fails before, that is told there.
    sent.catch(() => undefined)
    this.#inTurn(one, async () => {
      const placed = await sent
      this.#pendingBytes -= bytes
      this.#account(one, aligned(stretches, placed), records, bytes)
    })
  }

  #inTurn(one: Partition, action: () => Promise<void>): void {
    one.line = one.line.then(action).catch((error) => this.#fail(error))
  }

  #account(one: Partition, runs: readonly Run[], records: number, bytes: number): void {
    const copied = one.copied ?? noProgress()
    for (const { upstream, downstream: told, count = 1 } of runs) {
      // A copy that was there already, and whose place nobody told, stands behind the one before.
      const downstream = told ?? one.map.end?.downstream ?? 0n
      const entry = one.map.add(upstream, downstream, count)
      if (entry !== undefined) copied.entries.push(entry)
      const more = BigInt(count - 1)
      copied.last = { upstream: upstream + more, downstream: downstream + more }
    }
    copied.records += records
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

/** Records that follow each other at both ends. */
interface Run extends Pick<Known, 'upstream'> {
  /** Undefined where the target wrote them before and does not tell where. */
  readonly downstream: bigint | undefined
  readonly count?: number
}

/** The same records, by what they are at the source and where they are at the target. */
function aligned(stretches: readonly Stretch[], placed: readonly PlacedRecords[]): Run[] {
  const runs: Run[] = []
  const places = placed.map(({ records, offset }) => ({ left: records, offset }))
  for (const stretch of stretches) {
    let { upstream, count } = stretch
    for (let [place] = places; count > 0 && place !== undefined; [place] = places) {
      const some = Math.min(count, place.left)
      const isTold = place.offset >= 0n
      runs.push({ upstream, downstream: isTold ? place.offset : undefined, count: some })
      upstream += BigInt(some)
      count -= some
      place.left -= some
      if (isTold) place.offset += BigInt(some)
      if (place.left === 0) places.shift()
    }
  }
  return runs
}
