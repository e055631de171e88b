// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references look like that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differencesOf, type There } from './differences.ts'
import { lineOf } from './text.ts'
import type { Kind, Says, Thing } from './things.ts'

const thing = (kind: Kind, name: string, says: Says = {}): Thing => ({ kind, name, says })
const declared = (kind: Kind, name: string, says: Says = {}): There => ({
  ...thing(kind, name, says),
  isDeclared: true,
})
const there = (kind: Kind, name: string, says: Says = {}): There => ({
  ...thing(kind, name, says),
  isDeclared: false,
})

const linesOf = (wanted: Thing[], found: There[]) => differencesOf(wanted, found).map(lineOf)

test('what is not there is created, and what is as it is wanted is not spoken of', () => {
  const wanted = [thing('topic', 'a', { partitions: '3' }), thing('pipeline', 'p', { from: 'a' })]
  assert.deepEqual(linesOf(wanted, [declared('topic', 'a', { partitions: '3' })]), [
    '+ pipeline p starts: from a',
  ])
})

test('what is otherwise is told from what it is to what it becomes', () => {
  const wanted = [thing('connector', 'c', { topics: 'a', 'flush.size': '10' })]
  const found = [declared('connector', 'c', { topics: 'a', 'flush.size': '9', old: 'x' })]
  assert.deepEqual(linesOf(wanted, found), [
    '~ connector c is changed: flush.size 9 → 10, old x → (default)',
  ])
})

test('what the files name no longer stops, but for topics, which keep their records', () => {
  const found = [declared('mirror', 'f->c'), declared('topic', 'a'), declared('user', 'bob')]
  assert.deepEqual(linesOf([], found), [
    '? topic a is not in the files, and stays',
    '- user bob is removed',
    '- mirror f->c stops',
  ])
})

test('a default that nobody knew at the last start is no change, one that became another is', () => {
  const says = { bind: 'localhost:8080', idleMinutes: '30', longestHours: '12' }
  const wanted = { ...thing('part', 'console', says), defaults: ['idleMinutes', 'longestHours'] }
  assert.deepEqual(linesOf([wanted], [declared('part', 'console', { bind: 'localhost:8080' })]), [])
  const before = declared('part', 'console', { bind: 'localhost:8080', longestHours: '24' })
  assert.deepEqual(linesOf([wanted], [before]), ['~ part console is changed: longestHours 24 → 12'])
})

test('of what is created it is told what the files write, and no default', () => {
  const says = { bind: 'localhost:8080', allowedHosts: '' }
  const wanted = { ...thing('part', 'console', says), defaults: ['allowedHosts'] }
  assert.deepEqual(linesOf([wanted], []), ['+ part console starts: bind localhost:8080'])
})

test('what the files write anew is a change, though leat did not know of it before', () => {
  const wanted = { ...thing('part', 'console', { idleMinutes: '5' }), defaults: [] }
  assert.deepEqual(linesOf([wanted], [declared('part', 'console')]), [
    '~ part console is changed: idleMinutes (default) → 5',
  ])
})

test('what others made stays', () => {
  assert.deepEqual(linesOf([], [there('connector', 'theirs', { topics: 'a' })]), [
    '? connector theirs is not in the files, and stays: topics a',
  ])
})

test('a topic keeps what the files do not say of it, and partitions that it has more', () => {
  const wanted = [thing('topic', 'a', { partitions: '2', 'retention.ms': '1' })]
  const found = [there('topic', 'a', { partitions: '5', 'retention.ms': '1', 'segment.ms': '7' })]
  assert.deepEqual(linesOf(wanted, found), [
    '? topic a is not in the files, and stays: partitions 5, segment.ms 7',
  ])
})

test('secrets are not shown, but where they come from is', () => {
  const says = (password: string) => ({ 'connection.password': password })
  const wanted = [thing('connector', 'c', says('new')), thing('connector', 'd', says('${env:P}'))]
  assert.deepEqual(linesOf(wanted, [declared('connector', 'c', says('old'))]), [
    '~ connector c is changed: connection.password *** → ***',
    '+ connector d starts: connection.password ${env:P}',
  ])
})
