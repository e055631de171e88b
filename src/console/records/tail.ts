/** Records as they are written, at most so many a second: an eye reads no more, and a page neither. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock, Timer } from '../../base/clock.ts'
import type { FetchPosition, KafkaClient, PartitionInfo } from '../../client/index.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import { consoleError } from '../errors.ts'
import type { Events } from '../streams.ts'
import type { Judge } from './judge.ts'

/** In each second. */
const mostTold = 50
/** Looked at in each second, where not all of them are wanted. */
const mostLookedAt = 5000
const atOnce = 100
const mostFetchedBytes = 4 * 1024 * 1024
const secondMs = 1000

export interface TailOptions {
  readonly client: Pick<KafkaClient, 'fetcher'>
  readonly topic: string
  readonly beginnings: Promise<readonly Beginning[]>
  readonly judge: Pick<Judge, 'tell'>
  readonly clock: Clock
  /** Asked as long as it lasts: a right may be taken away. */
  readonly mayRead: () => boolean
}

/** Resolves when nobody listens any more; throws where a partition cannot be read on. */
export async function tail(options: TailOptions, events: Events): Promise<void> {
  const { client, topic, clock } = options
  const beginnings = await options.beginnings
  const failed = Promise.withResolvers<never>()
  const room = new Room(events, clock)
  await using fetcher = client.fetcher({
    maxBytes: mostFetchedBytes,
    reset: 'latest',
    onRecords: (_, partition, records) => tell(partition, records, room, options, events),
    onError: failed.reject,
  })
  for (const { partition, at } of beginnings) fetcher.assign(topic, partition, at)
  try {
    await Promise.race([failed.promise, ended(events.signal)])
  } finally {
    room.close()
  }
}

/** From where a partition is followed. */
interface Beginning {
  readonly partition: number
  readonly at: FetchPosition
}

/** Asked for together; one without a leader is read from where it ends when it has one again. */
export async function beginningsOf(
  client: Pick<KafkaClient, 'offsets'>,
  topic: string,
  partitions: readonly Pick<PartitionInfo, 'partition' | 'leader'>[],
): Promise<Beginning[]> {
  const led = partitions.filter(({ leader }) => leader >= 0)
  const ends = await client.offsets(
    led.map(({ partition }) => ({ topic, partition, at: 'latest' as const })),
  )
  const known = new Map(
    ends.flatMap(({ partition, offset, error }) => (error ? [] : [[partition, offset] as const])),
  )
  return partitions.map(({ partition }) => ({
    ...{ partition, at: known.get(partition) ?? ('latest' as const) },
  }))
}

async function tell(
  partition: number,
  records: readonly Record[],
  room: Room,
  { judge, mayRead, topic }: TailOptions,
  { signal }: Events,
): Promise<void> {
  for (let start = 0; start < records.length && !signal.aborted; start += atOnce) {
    const some = records.slice(start, start + atOnce)
    if (!mayRead()) {
      throw consoleError('not-allowed', { operation: 'Read', type: 'Topic', name: topic })
    }
    const looked = some.slice(0, room.lookAt(some.length))
    room.skip(some.length - looked.length)
    for (const told of await judge.tell(partition, looked)) {
      if (told !== undefined) room.send(told)
    }
    await nextTurn()
  }
}

/** What may still be told, and looked at, in this second. */
class Room {
  readonly #events: Events
  readonly #clock: Clock
  #timer: Timer
  #told = 0
  #lookedAt = 0
  #skipped = 0

  constructor(events: Events, clock: Clock) {
    this.#events = events
    this.#clock = clock
    this.#timer = this.#tick()
  }

  /** How many of so many. */
  lookAt(wanted: number): number {
    const isFull = this.#told >= mostTold
    const most = isFull ? 0 : Math.min(wanted, mostLookedAt - this.#lookedAt)
    this.#lookedAt += most
    return most
  }

  send(record: unknown): void {
    if (this.#told < mostTold && this.#events.send('record', record)) this.#told += 1
    else this.skip(1)
  }

  skip(records: number): void {
    this.#skipped += records
  }

  close(): void {
    this.#timer.cancel()
  }

  #tick(): Timer {
    return this.#clock.after(secondMs, () => {
      const skipped = this.#skipped
      if (skipped > 0 && this.#events.send('skipped', { skipped })) this.#skipped = 0
      this.#told = 0
      this.#lookedAt = 0
      this.#timer = this.#tick()
    })
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
