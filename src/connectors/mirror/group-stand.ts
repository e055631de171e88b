/** How far groups are at both ends of a mirror, and which end goes on where the other has got to. */
import type { TopicPartition } from '../../connect/kit/index.ts'
import type { Clusters } from './clusters.ts'
import { type GroupPosition, positionsOf } from './groups.ts'
import type { MapReader } from './map-topic.ts'
import type { OffsetMap } from './offset-map.ts'

/** Of a group in a partition that is mirrored; its positions are where reading goes on. */
export interface Stand extends TopicPartition {
  readonly remote: string
  readonly map: OffsetMap
  readonly source: GroupPosition | undefined
  readonly target: GroupPosition | undefined
}

export interface Move {
  /** The end whose position follows. */
  readonly at: 'source' | 'target'
  readonly offset: bigint
}

/**
 * Whose position follows the other's, if any. Only who is behind at both ways of counting does: what
 * only one side has (records from before the mirror, or of others) is passed over by nobody.
 */
export function moveBetween(
  map: OffsetMap,
  source: bigint | undefined,
  target: bigint | undefined,
): Move | undefined {
  const there = source === undefined ? undefined : map.downstreamOf(source)
  const back = target === undefined ? undefined : map.upstreamOf(target)
  if (there !== undefined && isAhead(there, target) && isAhead(source, back)) {
    return { at: 'target', offset: there }
  }
  if (back !== undefined && isAhead(back, source) && isAhead(target, there)) {
    return { at: 'source', offset: back }
  }
  return undefined
}

function isAhead(one: bigint | undefined, other: bigint | undefined): boolean {
  return one !== undefined && (other === undefined || other < one)
}

/** Where a group is in what is mirrored; a topic that `takes` refuses does not count. */
export async function standsOf(
  group: string,
  { source, target, policy }: Clusters,
  maps: MapReader,
  takes: (topic: string) => boolean,
): Promise<Stand[]> {
  const [here, there] = await Promise.all([
    positionsOf(source, group).then(byPlace),
    positionsOf(target, group).then(byPlace),
  ])
  // The map is read behind them, so that it knows of all that they have come to.
  await maps.catchUp()
  return [...maps.all()].flatMap(({ topic, partition, map }) => {
    const remote = policy.remote(topic)
    const stand = {
      ...{ topic, partition, remote, map },
      source: here.get(placeOf({ topic, partition })),
      target: there.get(placeOf({ topic: remote, partition })),
    }
    const isKnown = stand.source !== undefined || stand.target !== undefined
    return isKnown && takes(topic) ? [stand] : []
  })
}

function byPlace(positions: readonly GroupPosition[]): Map<string, GroupPosition> {
  return new Map(positions.map((one) => [placeOf(one), one]))
}

function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
