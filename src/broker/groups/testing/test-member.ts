/** Members of groups as tests need them: each with a connection of its own, on a clock that stands still. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { ManualClock } from '../../../base/testing/manual-clock.ts'
import { OffsetCommit } from '../../../protocols/kafka/apis/08-offset-commit.ts'
import { OffsetFetch } from '../../../protocols/kafka/apis/09-offset-fetch.ts'
import { JoinGroup } from '../../../protocols/kafka/apis/11-join-group.ts'
import { Heartbeat } from '../../../protocols/kafka/apis/12-heartbeat.ts'
import { LeaveGroup } from '../../../protocols/kafka/apis/13-leave-group.ts'
import { SyncGroup } from '../../../protocols/kafka/apis/14-sync-group.ts'
import { errorCode } from '../../../protocols/kafka/error-codes.ts'
import { openBroker, Peer } from '../../testing/peer.ts'

const joinVersion = 9
const assignment = (text: string) => Buffer.from(text)

/** A member with a connection of its own, as each consumer has. */
export class TestMember {
  readonly peer: Peer
  readonly group: string
  readonly instance: string | null
  id = ''
  generation = -1
  leader = ''
  members: readonly string[] = []

  constructor(peer: Peer, group: string, instance: string | null = null) {
    this.peer = peer
    this.group = group
    this.instance = instance
  }

  /** Joins, with the id that it is told first where it is a dynamic member. */
  async join(protocols: Record<string, string> = { range: 'topics' }): Promise<JoinAnswer> {
    const answer = await this.#joinOnce(protocols)
    if (answer.errorCode !== errorCode.MEMBER_ID_REQUIRED) return this.#take(answer)
    this.id = answer.memberId
    return this.#take(await this.#joinOnce(protocols))
  }

  async sync(assignments: Record<string, string> = {}) {
    return await this.peer.request(SyncGroup, 5, {
      groupId: this.group,
      generationId: this.generation,
      memberId: this.id,
      groupInstanceId: this.instance,
      protocolType: 'consumer',
      protocolName: null,
      assignments: Object.entries(assignments).map(([memberId, text]) => ({
        memberId,
        assignment: assignment(text),
      })),
    })
  }

  async heartbeat(): Promise<number> {
    const answer = await this.peer.request(Heartbeat, 4, {
      groupId: this.group,
      generationId: this.generation,
      memberId: this.id,
      groupInstanceId: this.instance,
    })
    return answer.errorCode
  }

  async leave(): Promise<number | undefined> {
    const answer = await this.peer.request(LeaveGroup, 5, {
      groupId: this.group,
      members: [{ memberId: this.id, groupInstanceId: this.instance }],
    })
    return answer.members[0]?.errorCode
  }

  async commit(offset: bigint, { generation = this.generation, topic = 't', metadata = '' } = {}) {
    const answer = await this.peer.request(OffsetCommit, 9, {
      groupId: this.group,
      generationIdOrMemberEpoch: generation,
      memberId: generation < 0 ? '' : this.id,
      topics: [
        {
          name: topic,
          partitions: [{ partitionIndex: 0, committedOffset: offset, committedMetadata: metadata }],
        },
      ],
    })
    return answer.topics[0]?.partitions[0]?.errorCode
  }

  async committed() {
    const answer = await this.peer.request(OffsetFetch, 8, {
      groups: [{ groupId: this.group, topics: [{ name: 't', partitionIndexes: [0] }] }],
      requireStable: false,
    })
    const { committedOffset, metadata } = answer.groups[0]?.topics[0]?.partitions[0] ?? {}
    return [committedOffset, metadata]
  }

  async #joinOnce(protocols: Record<string, string>) {
    return await this.peer.request(JoinGroup, joinVersion, {
      groupId: this.group,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 20_000,
      memberId: this.id,
      groupInstanceId: this.instance,
      protocolType: 'consumer',
      protocols: Object.entries(protocols).map(([name, metadata]) => ({
        name,
        metadata: Buffer.from(metadata),
      })),
    })
  }

  #take(answer: JoinAnswer): JoinAnswer {
    this.id = answer.memberId
    this.generation = answer.generationId
    this.leader = answer.leader
    this.members = answer.members.map(({ memberId }) => memberId)
    return answer
  }
}

interface JoinAnswer {
  readonly errorCode: number
  readonly memberId: string
  readonly generationId: number
  readonly leader: string
  readonly protocolName: string | null
  readonly skipAssignment: boolean
  readonly members: readonly { readonly memberId: string }[]
}

export interface Place {
  readonly port: number
  readonly clock: ManualClock
}

export async function openPlace(
  t: TestContext,
  config: Record<string, string> = {},
): Promise<Place> {
  const clock = new ManualClock()
  const { port } = await openBroker(t, { clock, config, topics: { t: {} } })
  return { port, clock }
}

export async function memberOf(t: TestContext, { port }: Place, instance: string | null = null) {
  return new TestMember(await Peer.connect(t, port), 'g', instance)
}

/** Lets requests arrive and timers of no length run, as real time would. */
export async function settle({ clock }: Place): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(0)
  }
}

/** Turns the clock, by `stepMs` a turn, while something is awaited. */
export async function during<Result>(
  place: Place,
  work: Promise<Result>,
  stepMs = 0,
): Promise<Result> {
  let done = false
  const result = work.finally(() => {
    done = true
  })
  while (!done) {
    await settle(place)
    place.clock.advance(stepMs)
  }
  return await result
}

/** Waits until a member is told to join again. */
export async function untilRebalance(member: TestMember, place: Place): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if ((await member.heartbeat()) === errorCode.REBALANCE_IN_PROGRESS) return
    await settle(place)
  }
  assert.fail('no rebalance began')
}

/** Two members who share; the first of the result leads. */
export async function stablePair(t: TestContext, place: Place): Promise<[TestMember, TestMember]> {
  const [one, two] = [await memberOf(t, place), await memberOf(t, place)]
  await during(place, one.join())
  const firstSync = await one.sync({ [one.id]: 'all' })
  assert.equal(String(firstSync.assignment), 'all')
  const joining = two.join()
  await untilRebalance(one, place)
  await during(place, Promise.all([joining, one.join()]))
  const [leader, other] = one.leader === one.id ? [one, two] : [two, one]
  const waiting = other.sync()
  await leader.sync({ [leader.id]: 'left', [other.id]: 'right' })
  assert.equal(String((await waiting).assignment), 'right')
  return [leader, other]
}
