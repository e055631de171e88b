import { type KafkaClient, type Point, resolveRange, type TopicInfo } from '../../client/index.ts'
import { consoleError } from '../errors.ts'
import type { Question } from './question.ts'

/** What is to be read of a partition: from `start` on, before `end`. */
export interface Span {
  readonly partition: number
  readonly start: bigint
  readonly end: bigint
}

/** What a question is about, as far as it is there now. Throws 'partition-unknown'. */
export async function spansOf(
  client: Pick<KafkaClient, 'offsets'>,
  { name: topic, partitions }: TopicInfo,
  { from, order, partition: only }: Question,
): Promise<Span[]> {
  if (only !== undefined && !partitions.some(({ partition }) => partition === only)) {
    throw consoleError('partition-unknown', { topic, partition: only, count: partitions.length })
  }
  const each = 'each' in from ? from.each : undefined
  // One without a leader has nobody who could be asked.
  const places = partitions
    .filter(({ partition, leader }) => leader >= 0 && (only === undefined || partition === only))
    .filter(({ partition }) => each === undefined || each.has(partition))
    .map(({ partition }) => ({ topic, partition }))
  const everywhere: Point = 'everywhere' in from ? from.everywhere : { at: 'start' }
  const isWhole = each !== undefined
  const range =
    isWhole || order === 'oldest'
      ? { from: everywhere, to: { at: 'end' as const } }
      : { from: { at: 'start' as const }, to: everywhere }
  const ranges = await resolveRange(client, places, range)
  return ranges.flatMap(({ partition, from: start, to = start }) => {
    const span = cut({ partition, start, end: to }, each?.get(partition), order)
    return span.start < span.end ? [span] : []
  })
}

function cut(span: Span, at: bigint | undefined, order: Question['order']): Span {
  if (at === undefined) return span
  const { start, end } = span
  if (order === 'newest') return { ...span, end: at < end ? at : end }
  return { ...span, start: at > start ? at : start }
}
