import { systemClock } from '../base/clock.ts'
import { parseJson } from '../base/lossless-json.ts'
import { type KafkaClient, type RecordsHandler, selectTopics } from '../client/index.ts'
import type { SchemaValues } from '../client/registry/index.ts'
import { jsonOf } from '../formats/json-of.ts'
import type { PipelineEvent } from './event.ts'
import { openFlow } from './flow.ts'
import { valueReader } from './formats/read-value.ts'
import { formulaParser } from './formula-parser.ts'
import { eventOf } from './reading.ts'
import type { PipelineSpec } from './spec.ts'
import type { Flow } from './steps/step.ts'
import { topicSelection } from './topics.ts'

export interface PreviewOptions {
  readonly client: KafkaClient
  readonly schemas?: SchemaValues
  /** How many records are read, at most. */
  readonly count: number
  /** The first records that there are, or the last. */
  readonly from: 'start' | 'end'
}

/** What would come out, and of which record. */
export interface Preview {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** The target; absent where the record is refused. */
  readonly to?: string
  readonly key?: unknown
  readonly value?: unknown
  readonly error?: string
}

interface Stretch {
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  readonly end: bigint
}

/** Runs records that are there now through the steps, and writes nothing. */
export async function preview(spec: PipelineSpec, options: PreviewOptions): Promise<Preview[]> {
  const previews: Preview[] = []
  const readValue = valueReader(spec.format, options.schemas)
  const expression = formulaParser()
  const flows = new Map<string, Flow>()
  const refused = ({ topic, partition, offset }: PipelineEvent | Place, error: unknown) => {
    const says = error instanceof Error ? error.message : String(error)
    previews.push({ topic, partition, offset, error: says })
  }
  const flowOf = (topic: string, partition: number) => {
    const name = `${topic}/${partition}`
    const flow =
      flows.get(name) ??
      openFlow(spec, {
        expression,
        emit: ({ topic: to }, event) => {
          const { topic, partition, offset, key, value } = event
          previews.push({ topic, partition, offset, to, key: plain(key), value: plain(value) })
        },
        failed: refused,
        late: () => {},
      })
    flows.set(name, flow)
    return flow
  }
  await readStretches(
    options,
    await stretchesOf(spec, options),
    async (topic, partition, records) => {
      for (const record of records) {
        try {
          flowOf(topic, partition).handle(await eventOf(topic, partition, record, readValue))
        } catch (error) {
          refused({ topic, partition, offset: record.offset }, error)
        }
      }
    },
  )
  return previews
}

/** Where nothing came for so long, nothing more is there. */
const quietMs = 3000

type Place = Pick<Preview, 'topic' | 'partition' | 'offset'>

async function stretchesOf(
  spec: PipelineSpec,
  { client, from, count }: PreviewOptions,
): Promise<Stretch[]> {
  const topics = await client.topics(await selectTopics(topicSelection(spec.from), client))
  const places = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => ({ topic: name, partition })),
  )
  const starts = await client.offsets(
    places.map((place) => ({ ...place, at: 'earliest' as const })),
  )
  const latest = { at: 'latest', committedOnly: true } as const
  const ends = await client.offsets(places.map((place) => ({ ...place, ...latest })))
  return places.flatMap((place, index) => {
    const start = starts[index]?.offset ?? 0n
    const end = ends[index]?.offset ?? 0n
    const begin = from === 'start' || end - BigInt(count) < start ? start : end - BigInt(count)
    return begin < end ? [{ ...place, from: begin, end }] : []
  })
}

/** Resolves when so many records are read, or all that there were. */
async function readStretches(
  { client, count }: PreviewOptions,
  stretches: readonly Stretch[],
  onRecords: RecordsHandler,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // The last offsets may be markers, or compacted away: then no record comes for them.
  const listen = () => systemClock.after(quietMs, resolve)
  let silence = listen()
  const open = new Map(stretches.map((one) => [`${one.topic}/${one.partition}`, one]))
  let left = count
  const fetcher = client.fetcher({
    committedOnly: true,
    onError: reject,
    async onRecords(topic, partition, records, ...rest) {
      const stretch = open.get(`${topic}/${partition}`)
      if (stretch === undefined || left === 0) return
      const some = records.filter(({ offset }) => offset < stretch.end).slice(0, left)
      left -= some.length
      silence.cancel()
      silence = listen()
      await onRecords(topic, partition, some, ...rest)
      if ((records.at(-1)?.offset ?? 0n) + 1n >= stretch.end) open.delete(`${topic}/${partition}`)
      if (left === 0 || open.size === 0) resolve()
    },
  })
  for (const { topic, partition, from } of stretches) fetcher.assign(topic, partition, from)
  if (stretches.length === 0) resolve()
  await promise.finally(() => {
    silence.cancel()
    return fetcher.close()
  })
}

/** As it would be written. */
function plain(value: unknown): unknown {
  return value === undefined ? null : parseJson(jsonOf(value))
}
