/** Where the offset maps of a mirror are kept: a compacted topic at the target. */

import { ByteReader, ByteWriter, MalformedBytes } from '../../base/bytes.ts'
import type { Logger } from '../../base/logger.ts'
import type { KafkaClient, Producer } from '../../client/index.ts'
import { type MapEntry, OffsetMap } from './offset-map.ts'
import { decodeOffsetSync, encodeOffsetSync } from './records.ts'

/** In the place of an upstream offset: how far records have been mirrored. */
const endMark = -1n

/** Beside the topic of checkpoints. */
export function mapTopicOf(checkpointsTopic: string): string {
  return checkpointsTopic.replace(/checkpoints/, 'offset-map')
}

export interface MapRecord {
  readonly topic: string
  readonly partition: number
  readonly entry: MapEntry
  readonly isEnd: boolean
}

function encodeMapRecord({ topic, partition, entry, isEnd }: MapRecord) {
  const place = encodeOffsetSync({ topic, partition, ...entry })
  const offset = new ByteWriter(8)
  offset.int64(isEnd ? endMark : entry.upstream)
  return { key: Buffer.concat([place.key, offset.done()]), value: place.value }
}

/** Throws `MalformedBytes`. */
function decodeMapRecord(key: Buffer, value: Buffer): MapRecord {
  if (key.length < 8) throw new MalformedBytes('a key of an offset map without its offset')
  const { topic, partition, ...entry } = decodeOffsetSync({ key: key.subarray(0, -8), value })
  const isEnd = new ByteReader(key.subarray(-8)).int64() === endMark
  return { topic, partition, entry, isEnd }
}

export async function writeMap(
  producer: Producer,
  topic: string,
  records: readonly MapRecord[],
): Promise<void> {
  await Promise.all(
    records.map((record) => producer.send({ topic, partition: 0, ...encodeMapRecord(record) })),
  )
}

/** Follows the topic, so that offsets of any age can be translated. */
export class MapReader implements AsyncDisposable {
  readonly #maps = new Map<string, OffsetMap>()
  readonly #fetcher: ReturnType<KafkaClient['fetcher']>
  readonly #client: KafkaClient
  readonly #topic: string
  readonly #signal: AbortSignal
  #next = 0n
  #failure: unknown
  #waiting: (() => void)[] = []

  /** At the signal nobody waits any longer. */
  constructor(client: KafkaClient, topic: string, logger: Logger, signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', () => this.#wake())
    this.#client = client
    this.#topic = topic
    this.#fetcher = client.fetcher({
      reset: 'earliest',
      onRecords: (_topic, _partition, records) => {
        for (const { key, value } of records) {
          if (key === null || value === null) continue
          try {
            this.#apply(decodeMapRecord(key, value))
          } catch (error) {
            if (!(error instanceof MalformedBytes)) throw error
            logger.warn('A record of an offset map cannot be read', { topic, why: error.message })
          }
        }
      },
      onPosition: (_topic, _partition, next) => {
        this.#next = next
        this.#wake()
      },
      onError: (error) => {
        this.#failure = error
        this.#wake()
      },
    })
    this.#fetcher.assign(topic, 0, 'earliest')
  }

  /** Resolves when everything that is there now has been read, or at the signal. */
  async catchUp(): Promise<void> {
    const asked = [{ topic: this.#topic, partition: 0, at: 'latest' as const }]
    const [end] = await this.#client.offsets(asked)
    if (end?.error !== undefined) throw end.error
    while (this.#next < (end?.offset ?? 0n) && !this.#signal.aborted) {
      if (this.#failure !== undefined) throw this.#failure
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  of(topic: string, partition: number): OffsetMap | undefined {
    return this.#maps.get(`${topic}/${partition}`)
  }

  /** Every partition that has a map. */
  *all(): Generator<{ topic: string; partition: number; map: OffsetMap }> {
    for (const [name, map] of this.#maps) {
      const slash = name.lastIndexOf('/')
      yield { topic: name.slice(0, slash), partition: Number(name.slice(slash + 1)), map }
    }
  }

  async close(): Promise<void> {
    await this.#fetcher.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #apply({ topic, partition, entry, isEnd }: MapRecord): void {
    const name = `${topic}/${partition}`
    const map = this.#maps.get(name) ?? new OffsetMap()
    this.#maps.set(name, map)
    if (isEnd) map.reached(entry)
    else map.restore(entry)
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
