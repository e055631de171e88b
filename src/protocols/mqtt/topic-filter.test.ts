import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  isTopicFilter,
  isTopicName,
  MalformedPacket,
  matches,
  overlap,
  sharedFilter,
} from './index.ts'

test('a filter matches the topics that the standard says', () => {
  const yes: [string, string][] = [
    ['a/b', 'a/b'],
    ['#', 'a/b'],
    ['a/#', 'a'],
    ['a/#', 'a/b/c'],
    ['+', 'a'],
    ['+/+', '/a'],
    ['/+', '/a'],
    ['a/+/c', 'a//c'],
    ['$SYS/#', '$SYS/x'],
    ['$SYS/+', '$SYS/x'],
  ]
  const no: [string, string][] = [
    ['a/b', 'a/B'],
    ['a/+', 'a'],
    ['a/+', 'a/b/c'],
    ['+', '/a'],
    ['a', 'a/'],
    ['#', '$SYS/x'],
    ['+/x', '$SYS/x'],
    ['a/b/#', 'a/c'],
  ]
  for (const [filter, topic] of yes) assert.ok(matches(filter, topic), `${filter} ${topic}`)
  for (const [filter, topic] of no) assert.ok(!matches(filter, topic), `${filter} ${topic}`)
})

test('names and filters are valid as the standard says', () => {
  for (const filter of ['a', '/', '+', '#', 'a/+/#', '+/b', '/+', 'a b/ä']) {
    assert.ok(isTopicFilter(filter), filter)
  }
  for (const filter of ['', 'a+', 'a/b#', '#/a', 'a/+b', 'a\u0000']) {
    assert.ok(!isTopicFilter(filter), filter)
  }
  assert.ok(isTopicName('a/b') && !isTopicName('a/+') && !isTopicName('') && !isTopicName('#'))
})

test('two filters overlap where one topic matches both', () => {
  assert.ok(overlap('a/+', '+/b') && overlap('#', 'a') && overlap('a/#', 'a') && overlap('a', 'a'))
  assert.ok(!overlap('a/+', 'b/#') && !overlap('a/b', 'a') && !overlap('+', 'a/b'))
})

test('a shared subscription has a group and a filter', () => {
  assert.deepEqual(sharedFilter('$share/g/a/+'), { group: 'g', filter: 'a/+' })
  assert.equal(sharedFilter('a/b'), undefined)
  for (const wrong of ['$share/g', '$share//a', '$share/g/', '$share/+/a', '$share/g/a#']) {
    assert.throws(() => sharedFilter(wrong), MalformedPacket, wrong)
  }
})
