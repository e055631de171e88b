import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { user } from '../../access/principal.ts'
import { systemRandom } from '../../base/random.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { Sessions } from './sessions.ts'

const minuteMs = 60_000
const limits = { idleMs: 30 * minuteMs, longestMs: 12 * 60 * minuteMs }
const alice = { principal: user('alice'), groups: [] }

test('a session ends when nothing was asked for a while, and after its longest time whatever is asked', () => {
  const { sessions, clock } = setUp()
  const [idle, busy] = [sessions.open(alice), sessions.open(alice)]
  clock.advance(29 * minuteMs)
  assert.ok(sessions.find(busy))
  clock.advance(minuteMs)
  assert.equal(sessions.find(idle), undefined)
  for (let minutes = 30; minutes < 12 * 60 - 20; minutes += 20) {
    assert.ok(sessions.find(busy), `after ${minutes} minutes`)
    clock.advance(20 * minuteMs)
  }
  clock.advance(20 * minuteMs)
  assert.equal(sessions.find(busy), undefined)
})

test('ids are of 256 bits, each another, and nothing else opens a session', () => {
  const { sessions } = setUp()
  const ids = Array.from({ length: 20 }, () => sessions.open(alice))
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) {
    assert.equal(Buffer.from(id, 'base64url').length, 32)
    assert.ok(sessions.find(id))
    assert.equal(sessions.find(`${id.slice(0, -1)}${id.endsWith('A') ? 'B' : 'A'}`), undefined)
  }
  for (const id of ['', 'undefined', '__proto__', 'x'.repeat(100_000)]) {
    assert.equal(sessions.find(id), undefined)
  }
})

test('a user has at most twenty sessions, all together ten thousand; the oldest end', () => {
  const { sessions } = setUp()
  const [first, second] = [sessions.open(alice), sessions.open(alice)]
  for (let more = 0; more < 19; more++) sessions.open(alice)
  assert.equal(sessions.find(first), undefined)
  assert.ok(sessions.find(second))
  const others = Array.from({ length: 10_000 }, (_, number) =>
    sessions.open({ principal: user(`user-${number}`), groups: [] }),
  )
  assert.equal(sessions.find(second), undefined)
  assert.ok(others.every((id) => sessions.find(id)))
})

test('a password is asked about again after a minute, once for all who wait', async () => {
  const { sessions, clock, asked } = setUp()
  const id = sessions.open(alice, 'secret')
  const session = sessions.find(id)
  assert.ok(session)
  assert.equal(await session.isStillRight(id), true)
  assert.equal(asked.length, 0)
  clock.advance(minuteMs)
  const answers = await Promise.all([session.isStillRight(id), session.isStillRight(id)])
  assert.deepEqual(answers, [true, true])
  assert.deepEqual([...asked], ['alice secret'])
  assert.equal(await session.isStillRight(id), true)
  clock.advance(minuteMs)
  asked.right = false
  assert.equal(await session.isStillRight(id), false)
})

test('what is answered to a session ends with it, also when nobody asks for anything any more', () => {
  const { sessions, clock } = setUp()
  const ended: string[] = []
  const holds = async () => true
  const stream = (name: string) => {
    const answer = new EventEmitter()
    const destroy = () => {
      ended.push(name)
      answer.emit('close')
    }
    return Object.assign(answer, { destroy }) as unknown as ServerResponse
  }
  const id = sessions.open(alice)
  sessions.find(id)?.follow(stream('tail'), holds)
  clock.advance(29 * minuteMs)
  sessions.find(id)?.follow(stream('rates'), holds)
  clock.advance(29 * minuteMs)
  assert.deepEqual(ended, [])
  clock.advance(minuteMs)
  assert.deepEqual(ended.sort(), ['rates', 'tail'])
  const other = sessions.open(alice)
  sessions.find(other)?.follow(stream('of another'), holds)
  assert.deepEqual(sessions.end(other)?.who, alice)
  assert.deepEqual(ended.at(-1), 'of another')
  assert.equal(sessions.end(other), undefined)
  const removed = sessions.open(alice)
  sessions.find(removed)?.follow(stream('of who is removed'), async () => {
    sessions.end(removed)
    return false
  })
  assert.notEqual(ended.at(-1), 'of who is removed')
  clock.advance(minuteMs)
  assert.equal(ended.at(-1), 'of who is removed')
})

function setUp() {
  const clock = new ManualClock()
  const asked = Object.assign([] as string[], { right: true })
  const passwordIsRight = async (name: string, password: string) => {
    asked.push(`${name} ${password}`)
    return asked.right
  }
  return {
    clock,
    asked,
    sessions: new Sessions({ limits, passwordIsRight, clock, random: systemRandom }),
  }
}
