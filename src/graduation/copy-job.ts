import type { Clock } from '../base/clock.ts'
import type { Producer } from '../client/index.ts'
import {
  type Copied,
  Copy,
  type MapReader,
  type MapRecord,
  Tail,
  writeMap,
} from '../connectors/mirror/copying.ts'
import type { Ends } from './comparison.ts'
import { graduationError } from './errors.ts'
import { patienceMs } from './record-stream.ts'
import { type Range, rangesOf, type TopicState } from './topics.ts'

interface CopyJobOptions extends Ends {
  readonly mapTopic: string
  readonly maps: MapReader
  readonly topics: readonly TopicState[]
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Is told how many records and bytes came with each step. */
  readonly onCopied: (records: number, bytes: number) => void
}

type Start = ConstructorParameters<typeof Copy>[0][number]

/**
 * Copies partitions as they are, from where the map at the target says that they are. What was
 * written and not accounted for before a crash is found at the end of the target.
 */
export class CopyJob implements AsyncDisposable {
  readonly #options: CopyJobOptions
  readonly #producer: Producer
  readonly #copy: Copy
  /** By partition: how far the source has been copied. */
  readonly #reached: Map<string, bigint>

  static async open(options: CopyJobOptions): Promise<CopyJob> {
    const { target, mapTopic, maps, topics } = options
    await maps.catchUp()
    const begun = await Promise.all(topics.map((topic) => startsOf(topic, options)))
    const starts = begun.flat()
    const fresh = starts
      .filter(({ topic, partition }) => maps.of(topic, partition) === undefined)
      .flatMap(({ topic, partition, end }): MapRecord[] =>
        end === undefined ? [] : [{ topic, partition, entry: end, isEnd: true }],
      )
    await using producer = target.producer()
    await writeMap(producer, mapTopic, fresh)
    return new CopyJob(options, starts)
  }

  private constructor(options: CopyJobOptions, starts: readonly Start[]) {
    const { source, target, clock, signal } = options
    this.#options = options
    this.#producer = target.producer({ compression: 'lz4' })
    this.#reached = new Map(starts.map((one) => [nameOf(one), one.next]))
    this.#copy = new Copy(starts, {
      ...{ source, producer: this.#producer, clock, signal },
      remote: (topic) => topic,
      reset: 'earliest',
    })
  }

  /** What it returns from is acknowledged by the target, and so is the map of its offsets. */
  async step(): Promise<boolean> {
    const { mapTopic, onCopied } = this.#options
    const copied = await this.#copy.next()
    await writeMap(this.#producer, mapTopic, copied.flatMap(mapRecords))
    for (const one of copied) {
      this.#reached.set(nameOf(one), one.end.upstream)
      onCopied(one.records, one.bytes)
    }
    return copied.length > 0
  }

  /** Until everything is copied that stands there now; throws where nothing comes for long. */
  async toTheEnd(): Promise<void> {
    const { source, topics, clock, signal } = this.#options
    const ends = await Promise.all(
      topics.map(async ({ name, ranges }) =>
        (await rangesOf(source, name, ranges.length)).map((range) => ({ topic: name, ...range })),
      ),
    )
    let behind = ends.flat()
    let movedAt = clock.now()
    for (;;) {
      behind = behind.filter(({ start, end, ...place }) => {
        const reached = this.#reached.get(nameOf(place)) ?? 0n
        return reached < end && start < end
      })
      const [first] = behind
      if (first === undefined) return
      signal.throwIfAborted()
      if (await this.step()) movedAt = clock.now()
      else if (clock.now() - movedAt > patienceMs) {
        const { topic, partition, end } = first
        const next = this.#reached.get(nameOf(first)) ?? 0n
        throw graduationError('stalled', {
          ...{ topic, partition, next, end, seconds: patienceMs / 1000 },
        })
      }
    }
  }

  /** Waits for what is on its way: a later job looks at what stands at the target. */
  async close(): Promise<void> {
    await this.#copy.close()
    await this.#producer.flush()
    await this.#producer.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

async function startsOf(
  { name: topic, ranges }: TopicState,
  { target, maps, signal }: CopyJobOptions,
): Promise<Start[]> {
  const there = await rangesOf(target, topic, ranges.length)
  return await Promise.all(
    ranges.map(async (range) => {
      const { partition } = range
      const place = { topic, partition }
      const endThere = there[partition]?.end ?? 0n
      const end = maps.of(topic, partition)?.end
      if (end === undefined) {
        const fresh = { upstream: range.start, downstream: endThere }
        return { ...place, next: range.start, end: fresh, tail: undefined }
      }
      refuseShrunk(place, range, end, endThere)
      const tail = await Tail.read(target, topic, partition, end.downstream, signal)
      return { ...place, next: end.upstream, end, tail }
    }),
  )
}

function refuseShrunk(
  place: { readonly topic: string; readonly partition: number },
  { end }: Range,
  copied: { readonly upstream: bigint; readonly downstream: bigint },
  endThere: bigint,
): void {
  if (endThere < copied.downstream) {
    const facts = { ...place, end: endThere, copied: copied.downstream }
    throw graduationError('target-shrunk', facts)
  }
  if (end < copied.upstream) {
    throw graduationError('source-shrunk', { ...place, end, copied: copied.upstream })
  }
}

function mapRecords({ topic, partition, entries, end }: Copied): MapRecord[] {
  return [
    ...entries.map((entry) => ({ topic, partition, entry, isEnd: false })),
    { topic, partition, entry: end, isEnd: true },
  ]
}

function nameOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}/${partition}`
}
