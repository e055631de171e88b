import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Rights, unlimitedRights } from '../../access/rights.ts'
import { toldOf } from './told.ts'

const reading = {
  before: {
    atMs: 1000,
    ends: new Map([
      ['a', 10n],
      ['b', 10n],
      ['again', 50n],
    ]),
  },
  now: {
    atMs: 3000,
    ends: new Map([
      ['a', 15n],
      ['b', 30n],
      ['again', 1n],
      ['new', 7n],
    ]),
  },
  lags: new Map([
    [
      'both',
      new Map([
        ['a', 3n],
        ['b', 4n],
      ] as const),
    ],
    ['of-b', new Map([['b', 4n]])],
    ['idle', new Map<string, bigint>()],
  ]),
}

test('what has come in since is told by the second, the busiest first; what is new or made anew has no rate', () => {
  const { topics, groups, at } = toldOf(reading, unlimitedRights)
  assert.equal(at, 3000)
  assert.deepEqual(Object.entries(topics), [
    ['b', { end: '30', perSecond: 10 }],
    ['a', { end: '15', perSecond: 2.5 }],
    ['again', { end: '1', perSecond: 0 }],
    ['new', { end: '7', perSecond: 0 }],
  ])
  assert.deepEqual(groups, { both: '7', 'of-b': '4' })
  const { topics: first } = toldOf({ ...reading, before: undefined }, unlimitedRights)
  assert.deepEqual(first.b, { end: '30', perSecond: 0 })
})

test('nobody is told of a topic, a group, a lag or the process that they may not see', () => {
  const rights: Rights = {
    ...unlimitedRights,
    shows: (_, type, name) => (type === 'Topic' ? name === 'a' : type === 'Group'),
  }
  const told = toldOf(reading, rights)
  assert.deepEqual(Object.keys(told.topics), ['a'])
  assert.deepEqual(told.groups, { both: '3' })
  assert.equal('process' in told, false)
})

test('of thousands of topics the busiest are told', () => {
  const ends = Array.from({ length: 2000 }, (_, index) => [`t-${index}`, BigInt(index)] as const)
  const before = new Map(ends.map(([name]) => [name, 0n]))
  const now = { atMs: 2000, ends: new Map(ends) }
  const { topics } = toldOf(
    { now, before: { atMs: 1000, ends: before }, lags: new Map() },
    unlimitedRights,
  )
  assert.equal(Object.keys(topics).length, 500)
  assert.ok('t-1999' in topics && !('t-1' in topics))
})
