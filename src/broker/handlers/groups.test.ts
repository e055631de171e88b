import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { OffsetCommit } from '../../protocols/kafka/apis/08-offset-commit.ts'
import { OffsetFetch } from '../../protocols/kafka/apis/09-offset-fetch.ts'
import { Heartbeat } from '../../protocols/kafka/apis/12-heartbeat.ts'
import { LeaveGroup } from '../../protocols/kafka/apis/13-leave-group.ts'
import { DescribeGroups } from '../../protocols/kafka/apis/15-describe-groups.ts'
import { DeleteGroups } from '../../protocols/kafka/apis/42-delete-groups.ts'
import { OffsetDelete } from '../../protocols/kafka/apis/47-offset-delete.ts'
import {
  ConsumerProtocolSubscription,
  encodeVersioned,
} from '../../protocols/kafka/consumer-protocol.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import {
  during,
  memberOf,
  openPlace,
  type Place,
  settle,
  stablePair,
} from '../groups/testing/test-member.ts'
import { openBroker, Peer } from '../testing/peer.ts'

const firstVersionWithGroups = 8
const firstVersionWithIds = 10
const noId: Buffer = Buffer.alloc(16)

async function topicIdOf(peer: Peer, name: string): Promise<Buffer> {
  const { topics } = await peer.request(Metadata, 12, {
    topics: [{ topicId: noId, name }],
    allowAutoTopicCreation: false,
    includeTopicAuthorizedOperations: false,
  })
  return topics[0]?.topicId ?? noId
}

/** Commits as a program that is no member; returns the code of its only partition. */
async function commit(
  peer: Peer,
  offset: bigint,
  { version = 9, group = 'g', topicId = noId, metadata = '', partitionIndex = 0 } = {},
) {
  const { topics } = await peer.request(OffsetCommit, version, {
    groupId: group,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    topics: [
      {
        name: 't',
        topicId,
        partitions: [{ partitionIndex, committedOffset: offset, committedMetadata: metadata }],
      },
    ],
  })
  return topics[0]?.partitions[0]?.errorCode
}

async function fetchOne(peer: Peer, version: number, topicId: Buffer) {
  const asked = { name: 't', topicId, partitionIndexes: [0] }
  if (version < firstVersionWithGroups) {
    const { topics } = await peer.request(OffsetFetch, version, { groupId: 'g', topics: [asked] })
    return topics[0]?.partitions[0]
  }
  const groups = [{ groupId: 'g', topics: [asked] }]
  const answer = await peer.request(OffsetFetch, version, { groups, requireStable: true })
  return answer.groups[0]?.topics[0]?.partitions[0]
}

async function leave(peer: Peer, group: string, members: readonly [string, string | null][]) {
  const answer = await peer.request(LeaveGroup, 5, {
    groupId: group,
    members: members.map(([memberId, groupInstanceId]) => ({ memberId, groupInstanceId })),
  })
  return [answer.errorCode, answer.members.map((member) => member.errorCode)]
}

async function deleteOffsets(peer: Peer, group: string, topics: readonly string[]) {
  const answer = await peer.request(OffsetDelete, 0, {
    groupId: group,
    topics: topics.map((name) => ({ name, partitions: [{ partitionIndex: 0 }] })),
  })
  return [answer.errorCode, answer.topics.map(({ partitions }) => partitions[0]?.errorCode)]
}

async function openPeer(t: TestContext): Promise<{ place: Place; peer: Peer }> {
  const place = await openPlace(t)
  return { place, peer: await Peer.connect(t, place.port) }
}

test('an offset that is committed in one version is fetched in every other', async (t) => {
  const { peer } = await openPeer(t)
  const topicId = await topicIdOf(peer, 't')
  const { from, to } = OffsetCommit.versions
  for (let version = from; version <= to; version++) {
    const offset = BigInt(version)
    assert.equal(await commit(peer, offset, { version, topicId, metadata: `v${version}` }), 0)
    for (let by = OffsetFetch.versions.from; by <= OffsetFetch.versions.to; by++) {
      const partition = await fetchOne(peer, by, topicId)
      assert.deepEqual([partition?.committedOffset, partition?.metadata], [offset, `v${version}`])
    }
  }
})

test('topics and partitions that do not exist are refused, by name and by id', async (t) => {
  const { peer } = await openPeer(t)
  const strange = Buffer.alloc(16, 9)
  const version = firstVersionWithIds
  assert.equal(await commit(peer, 1n, { version, topicId: strange }), errorCode.UNKNOWN_TOPIC_ID)
  assert.equal(await commit(peer, 1n, { partitionIndex: 9 }), errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  const partition = await fetchOne(peer, version, strange)
  assert.deepEqual(
    [partition?.errorCode, partition?.committedOffset],
    [errorCode.UNKNOWN_TOPIC_ID, -1n],
  )
})

test('a note may have as many characters as it may, however many bytes they take', async (t) => {
  const { peer } = await openPeer(t)
  assert.equal(await commit(peer, 1n, { metadata: 'é'.repeat(4096) }), errorCode.NONE)
  const tooLong = 'x'.repeat(4097)
  assert.equal(await commit(peer, 2n, { metadata: tooLong }), errorCode.OFFSET_METADATA_TOO_LARGE)
})

test('while a generation waits for its parts nobody commits, but all may say that they live', async (t) => {
  const place = await openPlace(t)
  const member = await memberOf(t, place)
  await during(place, member.join())
  assert.equal(await member.commit(1n), errorCode.REBALANCE_IN_PROGRESS)
  assert.equal(await member.commit(1n, { generation: 9 }), errorCode.ILLEGAL_GENERATION)
  assert.equal(await member.heartbeat(), errorCode.NONE)
})

test('many members leave in one request, each with its own answer', async (t) => {
  const place = await openPlace(t)
  const [leader, other] = await stablePair(t, place)
  const asked: [string, string | null][] = [
    [leader.id, null],
    ['nobody', null],
    [other.id, null],
  ]
  const { NONE, UNKNOWN_MEMBER_ID } = errorCode
  assert.deepEqual(await leave(leader.peer, 'g', asked), [NONE, [NONE, UNKNOWN_MEMBER_ID, NONE]])
  assert.deepEqual(await leave(leader.peer, 'none', [['x', null]]), [NONE, [UNKNOWN_MEMBER_ID]])
})

test('an administrator removes a static member by its instance alone', async (t) => {
  const place = await openPlace(t)
  const member = await memberOf(t, place, 'one')
  await during(place, member.join(), 1000)
  const { NONE, UNKNOWN_MEMBER_ID } = errorCode
  const twice: [string, string | null][] = [
    ['', 'one'],
    ['', 'one'],
  ]
  assert.deepEqual(await leave(member.peer, 'g', twice), [NONE, [NONE, UNKNOWN_MEMBER_ID]])
})

test('a group without a name is none', async (t) => {
  const { peer } = await openPeer(t)
  const nobody = { groupId: '', generationId: 1, memberId: 'x', groupInstanceId: null }
  const { errorCode: code } = await peer.request(Heartbeat, 4, nobody)
  assert.equal(code, errorCode.INVALID_GROUP_ID)
  assert.deepEqual(await leave(peer, '', [['x', null]]), [errorCode.INVALID_GROUP_ID, []])
  assert.deepEqual(await deleteOffsets(peer, '', ['t']), [errorCode.INVALID_GROUP_ID, []])
})

test('offsets are deleted where no member reads, and stay where one does', async (t) => {
  const place = await openPlace(t)
  const member = await memberOf(t, place)
  const { NONE, GROUP_SUBSCRIBED_TO_TOPIC, UNKNOWN_TOPIC_OR_PARTITION } = errorCode
  assert.equal(await commit(member.peer, 5n), NONE)
  const subscription = encodeVersioned(ConsumerProtocolSubscription, 0, { topics: ['t'] })
  await during(place, member.join({ range: subscription.toString('latin1') }))
  assert.deepEqual(await deleteOffsets(member.peer, 'g', ['t', 'none']), [
    NONE,
    [GROUP_SUBSCRIBED_TO_TOPIC, UNKNOWN_TOPIC_OR_PARTITION],
  ])
  assert.deepEqual(await member.committed(), [5n, ''])
  await member.leave()
  await settle(place)
  assert.deepEqual(await deleteOffsets(member.peer, 'g', ['t']), [NONE, [NONE]])
  assert.deepEqual(await member.committed(), [-1n, ''])
  assert.deepEqual(await deleteOffsets(member.peer, 'none', ['t']), [
    errorCode.GROUP_ID_NOT_FOUND,
    [],
  ])
})

test('a group that is named twice in one request, or twice at once, is deleted once', async (t) => {
  const { place, peer } = await openPeer(t)
  const another = await Peer.connect(t, place.port)
  const drop = async (from: Peer, names: string[]) =>
    (await from.request(DeleteGroups, 2, { groupsNames: names })).results.map(
      (result) => result.errorCode,
    )
  await commit(peer, 1n)
  assert.deepEqual(await drop(peer, ['g', 'g']), [errorCode.NONE])
  await commit(peer, 1n)
  const codes = await Promise.all([drop(peer, ['g']), drop(another, ['g'])])
  assert.deepEqual(codes.flat().sort(), [errorCode.NONE, errorCode.GROUP_ID_NOT_FOUND])
})

test('a group is described with its parts also while it shares anew, and one that is unknown is dead', async (t) => {
  const place = await openPlace(t)
  const [leader, other] = await stablePair(t, place)
  await other.leave()
  const describe = async (group: string, version = 5) => {
    const asked = { groups: [group], includeAuthorizedOperations: true }
    const [answer] = (await leader.peer.request(DescribeGroups, version, asked)).groups
    assert.ok(answer)
    return answer
  }
  const group = await describe('g')
  assert.equal(group.groupState, 'PreparingRebalance')
  assert.deepEqual(
    group.members.map(({ memberAssignment }) => String(memberAssignment)),
    ['left'],
  )
  const unknown = await describe('none')
  assert.deepEqual([unknown.groupState, unknown.errorCode], ['Dead', errorCode.NONE])
  assert.equal(unknown.authorizedOperations, group.authorizedOperations)
  assert.equal((await describe('none', 6)).errorCode, errorCode.GROUP_ID_NOT_FOUND)
})

test('a restart does not make the offsets of a group without members young again', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'leat-groups-'))
  const clock = new ManualClock()
  const day = 24 * 3600 * 1000
  const options = { clock, directory, topics: { t: {} } }
  const first = await openBroker(t, options)
  const peer = await Peer.connect(t, first.port)
  assert.equal(await commit(peer, 5n), errorCode.NONE)
  await first.broker.close()
  clock.advance(6 * day)
  const second = await openBroker(t, options)
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const simple = await memberOf(t, { port: second.port, clock })
  assert.deepEqual(await simple.committed(), [5n, ''])
  // The eighth day ends before a week has passed since the restart.
  const deadline = performance.now() + 60_000
  for (let hour = 0; (await simple.committed())[0] !== -1n; ) {
    if (hour < 48) {
      hour++
      clock.advance(day / 24)
    }
    await settle({ port: second.port, clock })
    assert.ok(performance.now() < deadline, 'the offset is still there')
  }
})
