import { hash } from 'node:crypto'
import type { KafkaClient } from '../../client/index.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'

interface Fingerprint {
  readonly of: string
  readonly offset: bigint
}

/**
 * What stands at the end of a partition of the target and was not accounted for when the mirror was
 * stopped: copies whose acknowledgement came too late, or records of others. A record of the source
 * that stands there is not written again.
 */
export class Tail {
  readonly #fingerprints: Fingerprint[]

  private constructor(fingerprints: Fingerprint[]) {
    this.#fingerprints = fingerprints
  }

  /** Reads what there is from `from` on; undefined where there is nothing. Throws at the signal. */
  static async read(
    client: KafkaClient,
    topic: string,
    partition: number,
    from: bigint,
    signal: AbortSignal,
  ): Promise<Tail | undefined> {
    const [end] = await client.offsets([{ topic, partition, at: 'latest' }])
    if (end?.error !== undefined) throw end.error
    const to = end?.offset ?? 0n
    if (to <= from) return undefined
    const found: Fingerprint[] = []
    let fetcher: ReturnType<KafkaClient['fetcher']> | undefined
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      fetcher = client.fetcher({
        reset: 'earliest',
        onRecords: (_topic, _partition, records) => {
          for (const record of records) {
            if (record.offset < to) found.push({ of: fingerprint(record), offset: record.offset })
          }
        },
        onPosition: (_topic, _partition, next) => {
          if (next >= to) resolve()
        },
        onError: reject,
      })
      fetcher.assign(topic, partition, from)
    }).finally(() => fetcher?.close())
    return new Tail(found)
  }

  get isEmpty(): boolean {
    return this.#fingerprints.length === 0
  }

  /** The offset of the copy, if it stands there behind those that were asked for before. */
  take(record: Record): bigint | undefined {
    const wanted = fingerprint(record)
    const at = this.#fingerprints.findIndex(({ of }) => of === wanted)
    if (at < 0) return undefined
    const [found] = this.#fingerprints.splice(0, at + 1).slice(-1)
    return found?.offset
  }
}

/** All of a record that a mirror keeps, with lengths between, so that no two look alike. */
function fingerprint({ key, value, headers, timestamp }: Record): string {
  const parts: Buffer[] = []
  const add = (bytes: Buffer | null) => {
    parts.push(Buffer.from(`${bytes?.length ?? -1}:`))
    if (bytes !== null) parts.push(bytes)
  }
  parts.push(Buffer.from(`${timestamp};`))
  add(key)
  add(value)
  for (const header of headers) {
    add(Buffer.from(header.key))
    add(header.value)
  }
  return hash('sha256', Buffer.concat(parts), 'base64')
}
