/** What the coordinator of a group knows of it. */
import { Turns } from '../../base/turns.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { OffsetCommit } from '../../protocols/kafka/apis/08-offset-commit.ts'
import { OffsetFetch } from '../../protocols/kafka/apis/09-offset-fetch.ts'
import { ListGroups } from '../../protocols/kafka/apis/16-list-groups.ts'
import { DeleteGroups } from '../../protocols/kafka/apis/42-delete-groups.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { KafkaClient } from './client.ts'
import { checkAnswer } from './errors.ts'

type Asks = Pick<KafkaClient, 'request'>

interface Place {
  readonly topic: string
  readonly partition: number
}

/** The groups of all brokers: each knows those that it coordinates. */
export async function listGroups(client: Asks) {
  const { brokers } = await client.request(Metadata, { topics: [] })
  const answers = await Promise.all(
    brokers.map(async ({ nodeId: coordinator }) => {
      const answer = await client.request(ListGroups, {}, { broker: coordinator })
      checkAnswer(answer.errorCode, 'The list of groups')
      return answer.groups.map((group) => ({ ...group, coordinator }))
    }),
  )
  return answers.flat()
}

export interface CommittedPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly metadata: string
}

/** How far a group has got in each partition of which it has committed anything. */
export async function committedOffsets(client: Asks, group: string): Promise<CommittedPlace[]> {
  // Version 7 asks for one group by the names of its topics, which every broker answers.
  const answer = await client.request(
    OffsetFetch,
    { groupId: group, topics: null, groups: [], requireStable: false },
    { coordinatorOf: group, atMost: 7 },
  )
  // A share group has none of this kind.
  if (answer.errorCode === errorCode.GROUP_ID_NOT_FOUND) return []
  checkAnswer(answer.errorCode, `The offsets of group '${group}'`)
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, committedOffset, metadata }) => ({
      topic: name,
      partition: partitionIndex,
      offset: committedOffset,
      metadata: metadata ?? '',
    })),
  )
}

export interface NewPosition {
  readonly topic: string
  readonly partition: number
  /** Of the next record to read. */
  readonly next: bigint
}

/** Moves a group that has no members. */
export async function moveGroup(client: Asks, group: string, positions: readonly NewPosition[]) {
  const topics = Map.groupBy(positions, ({ topic }) => topic)
  const answer = await client.request(
    OffsetCommit,
    {
      groupId: group,
      memberId: '',
      topics: [...topics].map(([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map(({ partition, next }) => ({
          partitionIndex: partition,
          committedOffset: next,
          committedMetadata: null,
        })),
      })),
    },
    { coordinatorOf: group, atMost: 9 },
  )
  for (const { name, partitions } of answer.topics) {
    for (const { errorCode } of partitions) {
      checkAnswer(errorCode, `The offsets of group '${group}' in topic '${name}'`)
    }
  }
}

export async function deleteGroup(client: Asks, group: string): Promise<void> {
  const asked = { groupsNames: [group] }
  const { results } = await client.request(DeleteGroups, asked, { coordinatorOf: group })
  for (const { errorCode } of results) checkAnswer(errorCode, `Group '${group}'`)
}

/** What a group has committed of a partition, how far that reaches, and what lies between. */
export interface GroupLag extends CommittedPlace {
  /** Neither where the partition is gone. */
  readonly end: bigint | undefined
  readonly lag: bigint | undefined
}

/** Groups that are asked for at the same time. */
const mostAtOnce = 16

export async function lagsOf(
  client: Asks & Pick<KafkaClient, 'offsets' | 'topics'>,
  groups: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupLag[]>> {
  const turns = new Turns(mostAtOnce)
  const committed = await Promise.all(
    groups.map((group) => turns.take(() => committedOffsets(client, group))),
  )
  const ends = await endsOf(client, committed.flat())
  const lags = committed.map((places, index) => {
    const ofGroup = places.map((place) => {
      const end = ends.get(`${place.topic}/${place.partition}`)
      return { ...place, end, lag: end === undefined ? undefined : end - place.offset }
    })
    return [groups[index] ?? '', ofGroup] as const
  })
  return new Map(lags)
}

/** The same of one group. */
export async function lagOf(
  client: Asks & Pick<KafkaClient, 'offsets' | 'topics'>,
  group: string,
): Promise<readonly GroupLag[]> {
  return (await lagsOf(client, [group])).get(group) ?? []
}

/** Of those that are there, by `TOPIC/PARTITION`: what is gone would be asked for again and again. */
async function endsOf(
  client: Pick<KafkaClient, 'offsets' | 'topics'>,
  places: readonly Place[],
): Promise<ReadonlyMap<string, bigint>> {
  const names = [...new Set(places.map(({ topic }) => topic))]
  const topics = names.length === 0 ? [] : await client.topics(names)
  const there = new Set(
    topics.flatMap(({ name, partitions }) =>
      partitions.flatMap(({ partition, leader }) => (leader < 0 ? [] : [`${name}/${partition}`])),
    ),
  )
  const wanted = new Map(places.map((one) => [`${one.topic}/${one.partition}`, one]))
  const asked = Array.from(wanted).flatMap(([key, { topic, partition }]) =>
    there.has(key) ? [{ topic, partition, at: 'latest' as const }] : [],
  )
  const found = await client.offsets(asked)
  return new Map(
    found.map(({ topic, partition, offset, error }) => {
      if (error !== undefined) throw error
      return [`${topic}/${partition}`, offset]
    }),
  )
}
