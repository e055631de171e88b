/** Turns an offset range into offsets of each partition. */
import type { KafkaClient } from './client.ts'
import type { OffsetRange, Point } from './offset-range.ts'
import type { AskedOffset } from './offsets.ts'

export interface PartitionRange {
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  /** The first offset that is not wanted; without it there is no end. */
  readonly to?: bigint
}

type Place = Pick<AskedOffset, 'topic' | 'partition' | 'committedOnly'>

/** A range that has an end never reaches beyond what is there now: it would wait for it for ever. */
export async function resolveRange(
  client: Pick<KafkaClient, 'offsets'>,
  places: readonly Pick<Place, 'topic' | 'partition'>[],
  range: OffsetRange,
  committedOnly = false,
): Promise<PartitionRange[]> {
  const asked = places.map((place) => ({ ...place, committedOnly }))
  const starts = await offsetsAt(client, asked, 'earliest')
  const ends = await offsetsAt(client, asked, 'latest')
  const resolve = async (point: Point): Promise<bigint[]> => {
    if ('offset' in point) return places.map(() => point.offset)
    if ('afterStart' in point) return starts.map((start) => start + point.afterStart)
    if ('beforeEnd' in point) return ends.map((end) => end - point.beforeEnd)
    if ('at' in point) return point.at === 'start' ? starts : ends
    const found = await offsetsAt(client, asked, BigInt(Math.trunc(point.timeMs)))
    // -1 says that no record is as young as that.
    return found.map((offset, index) => (offset < 0n ? (ends[index] ?? 0n) : offset))
  }
  const froms = await resolve(range.from)
  const tos = range.to === undefined ? undefined : await resolve(range.to)
  return places.map(({ topic, partition }, index) => {
    const [start = 0n, end = 0n] = [starts[index], ends[index]]
    const [from = start, to] = [froms[index], tos?.[index]]
    return {
      topic,
      partition,
      from: sorted(start, from)[1],
      ...(to === undefined ? {} : { to: sorted(to, end)[0] }),
    }
  })
}

async function offsetsAt(
  client: Pick<KafkaClient, 'offsets'>,
  places: readonly Place[],
  at: 'earliest' | 'latest' | bigint,
): Promise<bigint[]> {
  const answers = await client.offsets(places.map((place) => ({ ...place, at })))
  return places.map(({ topic, partition }) => {
    const answer = answers.find((one) => one.topic === topic && one.partition === partition)
    if (answer?.error !== undefined) throw answer.error
    return answer?.offset ?? -1n
  })
}

/** The smaller one first. */
function sorted(a: bigint, b: bigint): readonly [bigint, bigint] {
  return a <= b ? [a, b] : [b, a]
}
