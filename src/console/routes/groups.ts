/** Groups: their members, how far they have read; set elsewhere, and deleted. */
import type { Rights } from '../../access/rights.ts'
import { describeChange, rightsOf } from '../../client/doors/index.ts'
import {
  committedOffsets,
  countMembers,
  deleteGroup,
  type GroupLag,
  type KafkaClient,
  lagOf,
  moveGroup,
  type OffsetRange,
  parseOffsetRange,
  resolveRange,
} from '../../client/index.ts'
import { FindCoordinator } from '../../protocols/kafka/apis/10-find-coordinator.ts'
import { objectBody } from '../answers.ts'
import { flagIn, integersIn, invalid, nameIn } from '../body.ts'
import { demand } from '../demand.ts'
import { consoleError } from '../errors.ts'
import { groupNamed, groupsAndLags, lagAmong, visible } from '../groups.ts'
import type { ConsoleApp, Services } from '../services.ts'
import { topicNamed } from '../topics/list.ts'

/** FindCoordinator asks for many keys at once from version 4 on. */
const ofOne = { atMost: 3 }
/** Partitions of a change that the audit log hears of. */
const mostTold = 100

export function addGroups(app: ConsoleApp, { client, clock }: Services): void {
  app.get('/api/groups', async (context) =>
    context.json(await groupRows(await client(), rightsOf(context))),
  )
  app.get('/api/groups/:group', async (context) => {
    const group = context.req.param('group')
    demand(context, 'Describe', 'Group', group)
    return context.json(await groupTold(await client(), rightsOf(context), group))
  })
  app.delete('/api/groups/:group', async (context) => {
    const group = context.req.param('group')
    demand(context, 'Delete', 'Group', group)
    const kafka = await client()
    await demandNobody(kafka, group)
    await deleteGroup(kafka, group)
    return context.body(null, 204)
  })
  app.post('/api/groups/:group/offsets', async (context) => {
    const group = context.req.param('group')
    const body = await objectBody(context)
    const topic = nameIn(body, 'topic')
    const isTrial = flagIn(body, 'dryRun')
    if (isTrial) context.set('changed', 'nothing')
    demand(context, 'Read', 'Group', group)
    demand(context, 'Read', 'Topic', topic)
    const range = pointIn(body, clock.now())
    const kafka = await client()
    await demandNobody(kafka, group)
    const moves = await movesOf(kafka, {
      group,
      topic,
      range,
      only: integersIn(body, 'partitions'),
    })
    if (!isTrial) {
      describeChange(context, { topic, moves: moves.slice(0, mostTold).map(moveEntry) })
      await moveGroup(
        kafka,
        group,
        moves.map(({ partition, to }) => ({ topic, partition, next: to })),
      )
    }
    return context.json(movesTold(topic, moves))
  })
}

export async function groupRows(client: KafkaClient, rights: Rights) {
  const groups = await groupsAndLags(client, rights)
  const members = await countMembers(client, groups)
  return groups.map(({ groupId: group, groupState: state, protocolType, lags }) => ({
    ...{ group, state, protocolType, members: members.get(group) ?? 0 },
    lag: lagAmong(lags),
  }))
}

export async function groupTold(client: KafkaClient, rights: Rights, group: string) {
  const { state, protocol, members } = await groupNamed(client, group)
  const { nodeId: coordinator } = await client.request(FindCoordinator, { key: group }, ofOne)
  const lags = visible(await lagOf(client, group), rights)
  return {
    ...{ group, state, protocol, coordinator },
    members: members.map(({ assignment, ...member }) => ({
      ...member,
      assignment: assignment.filter(({ topic }) => rights.shows('Describe', 'Topic', topic)),
    })),
    offsets: lags.map(offsetEntry),
  }
}

export function movesTold(topic: string, moves: readonly Move[]) {
  return moves.map((move) => ({ topic, ...moveEntry(move) }))
}

function moveEntry({ partition, from, to }: Move) {
  return { partition, from: textOf(from), to: `${to}` }
}

function textOf(offset: bigint | undefined): string | null {
  return offset === undefined ? null : `${offset}`
}

function offsetEntry({ topic, partition, offset, metadata, end, lag }: GroupLag) {
  const known = { end: textOf(end), lag: textOf(lag) }
  return { topic, partition, committed: `${offset}`, ...known, metadata }
}

/** Members would go on where they are, and commit that. */
async function demandNobody(client: KafkaClient, group: string): Promise<void> {
  const { members } = await groupNamed(client, group)
  if (members.length > 0) throw consoleError('group-in-use', { group, members: members.length })
}

function pointIn({ to }: Readonly<Record<string, unknown>>, nowMs: number): OffsetRange {
  const range = ['string', 'number'].includes(typeof to)
    ? parseOffsetRange(String(to), nowMs)
    : undefined
  if (range !== undefined && range.to === undefined) return range
  throw invalid("'to' is no place; write start, end, an offset such as 17, -10, +10 or @-1h.")
}

interface Move {
  readonly partition: number
  /** Undefined where nothing was committed. */
  readonly from: bigint | undefined
  readonly to: bigint
}

interface Asked {
  readonly group: string
  readonly topic: string
  readonly range: OffsetRange
  /** All partitions, if absent. */
  readonly only: readonly number[] | undefined
}

/** From where to where a group would go, within what there is. */
async function movesOf(client: KafkaClient, { group, topic, range, only }: Asked): Promise<Move[]> {
  const there = (await topicNamed(client, topic)).partitions.map(({ partition }) => partition)
  const absent = only?.find((partition) => !there.includes(partition))
  if (absent !== undefined) {
    throw consoleError('partition-unknown', { topic, partition: absent, count: there.length })
  }
  const places = (only ?? there).map((partition) => ({ topic, partition }))
  const [committed, resolved] = await Promise.all([
    committedOffsets(client, group),
    resolveRange(client, places, { ...range, to: { at: 'end' } }),
  ])
  return resolved.map(({ partition, from, to: end = from }) => ({
    partition,
    from: committed.find((one) => one.topic === topic && one.partition === partition)?.offset,
    to: from > end ? end : from,
  }))
}
