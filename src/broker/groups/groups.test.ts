import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemRandom } from '../../base/random.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { DescribeGroups } from '../../protocols/kafka/apis/15-describe-groups.ts'
import { ListGroups } from '../../protocols/kafka/apis/16-list-groups.ts'
import { DeleteTopics } from '../../protocols/kafka/apis/20-delete-topics.ts'
import { DeleteGroups } from '../../protocols/kafka/apis/42-delete-groups.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { openBroker, Peer } from '../testing/peer.ts'
import {
  during,
  memberOf,
  openPlace,
  settle,
  stablePair,
  TestMember,
  untilRebalance,
} from './testing/test-member.ts'

test('a new member is told its id first, joins with it, and leads alone', async (t) => {
  const place = await openPlace(t)
  const member = await memberOf(t, place)
  const answer = await during(place, member.join())
  assert.equal(answer.errorCode, errorCode.NONE)
  assert.match(member.id, /^peer-[0-9a-f-]{36}$/)
  assert.equal(member.leader, member.id)
  assert.equal(member.generation, 1)
  assert.deepEqual(member.members, [member.id])
})

test('two members share, in one generation with one leader', async (t) => {
  const place = await openPlace(t)
  const [leader, other] = await stablePair(t, place)
  assert.equal(leader.generation, other.generation)
  assert.deepEqual([...leader.members].sort(), [leader.id, other.id].sort())
  assert.deepEqual(other.members, [])
  assert.equal(await leader.heartbeat(), errorCode.NONE)
  assert.equal(await other.heartbeat(), errorCode.NONE)
})

test('many members that are told their ids at once all get in', async (t) => {
  const place = await openPlace(t)
  const members = await Promise.all(Array.from({ length: 12 }, () => memberOf(t, place)))
  // Who got in with the first generation does not come back here, and is waited for in vain.
  const joining = Promise.all(members.map((member) => member.join()))
  const joined = await during(place, joining, 1000)
  assert.deepEqual(
    joined.map((answer) => answer.errorCode).filter((code) => code !== errorCode.NONE),
    [],
  )
})

test('a follower that joins again as it was disturbs nobody, a leader that does begins a rebalance', async (t) => {
  const place = await openPlace(t)
  const [leader, other] = await stablePair(t, place)
  const generation = other.generation
  await other.join()
  assert.equal(other.generation, generation)
  assert.equal(await leader.heartbeat(), errorCode.NONE)
  const joining = leader.join()
  await untilRebalance(other, place)
  await during(place, Promise.all([joining, other.join()]))
  assert.equal(leader.generation, generation + 1)
})

test('the protocol that all know and most prefer is taken, and none in common is refused', async (t) => {
  const place = await openPlace(t)
  const [one, two, three] = [
    await memberOf(t, place),
    await memberOf(t, place),
    await memberOf(t, place),
  ]
  await during(place, one.join({ range: 'a', sticky: 'b' }))
  await one.sync({})
  const joining = two.join({ sticky: 'c', range: 'd', robin: 'e' })
  await untilRebalance(one, place)
  const refused = await three.join({ robin: 'f' })
  assert.equal(refused.errorCode, errorCode.INCONSISTENT_GROUP_PROTOCOL)
  const again = one.join({ sticky: 'b', range: 'a' })
  const [answer] = await during(place, Promise.all([joining, again]))
  assert.equal(answer.protocolName, 'sticky')
})

test('a member that is silent for its session is out, and the others share what it had', async (t) => {
  const place = await openPlace(t)
  const [leader, other] = await stablePair(t, place)
  place.clock.advance(6000)
  assert.equal(await leader.heartbeat(), errorCode.NONE)
  place.clock.advance(6000)
  assert.equal(await leader.heartbeat(), errorCode.REBALANCE_IN_PROGRESS)
  assert.equal(await other.heartbeat(), errorCode.UNKNOWN_MEMBER_ID)
  await during(place, leader.join())
  assert.deepEqual(leader.members, [leader.id])
})

test('a member that leaves begins a rebalance at once', async (t) => {
  const place = await openPlace(t)
  const [leader, other] = await stablePair(t, place)
  assert.equal(await other.leave(), errorCode.NONE)
  assert.equal(await leader.heartbeat(), errorCode.REBALANCE_IN_PROGRESS)
  assert.equal(await other.heartbeat(), errorCode.UNKNOWN_MEMBER_ID)
})

test('static members restart one after the other without a rebalance; their former selves are fenced', async (t) => {
  const place = await openPlace(t, { 'group.initial.rebalance.delay.ms': '1000' })
  const members = await Promise.all(['a', 'b', 'c'].map((name) => memberOf(t, place, name)))
  await during(place, Promise.all(members.map((member) => member.join())), 10)
  const leader = members.find(({ id, leader }) => id === leader)
  assert.ok(leader)
  const assignments = Object.fromEntries(members.map(({ id, instance }) => [id, `of ${instance}`]))
  await Promise.all(members.map((one) => one.sync(one === leader ? assignments : {})))
  for (const member of members) {
    const restarted = await memberOf(t, place, member.instance)
    const answer = await restarted.join()
    assert.equal(answer.generationId, leader.generation)
    assert.equal(answer.skipAssignment, member === leader)
    assert.notEqual(restarted.id, member.id)
    assert.equal(String((await restarted.sync()).assignment), `of ${member.instance}`)
    assert.equal(await member.heartbeat(), errorCode.FENCED_INSTANCE_ID)
    assert.equal(await restarted.heartbeat(), errorCode.NONE)
  }
})

test('a group takes no more members than it may have, nor sessions outside their limits', async (t) => {
  const place = await openPlace(t, {
    'group.max.size': '1',
    'group.max.session.timeout.ms': '10000',
  })
  const [one, two] = [await memberOf(t, place), await memberOf(t, place)]
  await during(place, one.join())
  assert.equal((await two.join()).errorCode, errorCode.GROUP_MAX_SIZE_REACHED)
  const strict = await openPlace(t, { 'group.max.session.timeout.ms': '9999' })
  const patient = await memberOf(t, strict)
  assert.equal((await patient.join()).errorCode, errorCode.INVALID_SESSION_TIMEOUT)
})

test('offsets are kept with their notes; wrong generations, topics and long notes are refused', async (t) => {
  const place = await openPlace(t)
  const [leader] = await stablePair(t, place)
  assert.deepEqual(await leader.committed(), [-1n, ''])
  assert.equal(await leader.commit(7n, { metadata: 'note' }), errorCode.NONE)
  assert.deepEqual(await leader.committed(), [7n, 'note'])
  assert.equal(await leader.commit(8n, { generation: 99 }), errorCode.ILLEGAL_GENERATION)
  assert.equal(await leader.commit(8n, { topic: 'no' }), errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  assert.equal(
    await leader.commit(8n, { metadata: 'x'.repeat(5000) }),
    errorCode.OFFSET_METADATA_TOO_LARGE,
  )
  assert.equal(await leader.commit(8n, { generation: -1 }), errorCode.UNKNOWN_MEMBER_ID)
  assert.deepEqual(await leader.committed(), [7n, 'note'])
})

test('a program without members may commit, and deleting the topic forgets its offsets', async (t) => {
  const place = await openPlace(t)
  const simple = await memberOf(t, place)
  assert.equal(await simple.commit(5n, { generation: -1 }), errorCode.NONE)
  assert.deepEqual(await simple.committed(), [5n, ''])
  await simple.peer.request(DeleteTopics, 5, { topicNames: ['t'], timeoutMs: 1000 })
  assert.deepEqual(await simple.committed(), [-1n, ''])
})

test('after a restart a stable group goes on in its generation, with its offsets', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'leat-groups-'))
  const clock = new ManualClock()
  const options = { clock, directory, random: systemRandom, topics: { t: {} } }
  const first = await openBroker(t, options)
  const [leader, other] = await stablePair(t, { port: first.port, clock })
  await leader.commit(42n)
  await first.broker.close()
  const second = await openBroker(t, options)
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  for (const member of [leader, other]) {
    const back = new TestMember(await Peer.connect(t, second.port), 'g')
    Object.assign(back, { id: member.id, generation: member.generation })
    assert.equal(await back.heartbeat(), errorCode.NONE)
    assert.deepEqual(await back.committed(), [42n, ''])
    const wanted = member === leader ? 'left' : 'right'
    assert.equal(String((await back.sync()).assignment), wanted)
  }
})

test('groups are listed and described by their state, and only empty ones are deleted', async (t) => {
  const place = await openPlace(t)
  const [leader, other] = await stablePair(t, place)
  const list = async (states: string[]) =>
    (await leader.peer.request(ListGroups, 5, { statesFilter: states, typesFilter: [] })).groups
  assert.deepEqual(
    (await list(['Stable'])).map(({ groupId, groupType }) => [groupId, groupType]),
    [['g', 'classic']],
  )
  assert.deepEqual(await list(['Empty']), [])
  const described = await leader.peer.request(DescribeGroups, 5, {
    groups: ['g', 'nobody'],
    includeAuthorizedOperations: false,
  })
  assert.deepEqual(
    described.groups.map(({ groupState, members }) => [groupState, members.length]),
    [
      ['Stable', 2],
      ['Dead', 0],
    ],
  )
  const drop = async () =>
    (await leader.peer.request(DeleteGroups, 2, { groupsNames: ['g'] })).results[0]?.errorCode
  assert.equal(await drop(), errorCode.NON_EMPTY_GROUP)
  await other.leave()
  await leader.leave()
  await settle(place)
  assert.equal(await drop(), errorCode.NONE)
  assert.equal(await drop(), errorCode.GROUP_ID_NOT_FOUND)
})

test('offsets of a group that nobody has been in for a week are forgotten, with the group', async (t) => {
  const place = await openPlace(t)
  const simple = await memberOf(t, place)
  await simple.commit(5n, { generation: -1 })
  const day = 24 * 3600 * 1000
  place.clock.advance(6 * day)
  await settle(place)
  assert.deepEqual(await simple.committed(), [5n, ''])
  place.clock.advance(2 * day)
  await settle(place)
  // The deletion itself waits for the disk, in the time of the machine.
  const deadline = performance.now() + 60_000
  while ((await simple.committed())[0] !== -1n && performance.now() < deadline) {
    place.clock.advance(day / 24)
    await settle(place)
  }
  assert.deepEqual(await simple.committed(), [-1n, ''])
})
