import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { bridgeOf } from './settings.ts'

const services = {
  'upstream-1': { type: 'mqtt', brokers: 'a', topic: 't' },
  'downstream-1': { type: 'kafka', brokers: 'b', topic: 't' },
}
const lists = { reader: ['upstream-1'], writer: ['downstream-1'] }

function file(bridge: unknown, others: object = {}): string {
  const config = { mybridge: { type: 'bridge', bridge }, ...services, ...others }
  return stringify({ header: { version: 2 }, config })
}

test('a bridge has the defaults of SINETStream', () => {
  assert.deepEqual(bridgeOf('b.yml', file(lists), undefined), {
    name: 'mybridge',
    path: 'b.yml',
    readers: ['upstream-1'],
    writers: ['downstream-1'],
    report: undefined,
    maxQueueLength: 1,
    retry: { connectMax: 3, minDelayMs: 1000, maxDelayMs: 64_000 },
  })
})

test('all that can be said of a bridge is read', () => {
  const retry = { connect_max: 5, connect_min_delay: 2, connect_max_delay: 8 }
  const all = { ...lists, retry, report: 'downstream-1', max_qlen: 10 }
  const { report, maxQueueLength, retry: read } = bridgeOf('b.yml', file(all), 'mybridge')
  assert.deepEqual([report, maxQueueLength], ['downstream-1', 10])
  assert.deepEqual(read, { connectMax: 5, minDelayMs: 2000, maxDelayMs: 8000 })
})

test('of several bridges one must be named', () => {
  const two = file(lists, { second: { type: 'bridge', bridge: lists } })
  assert.throws(() => bridgeOf('b.yml', two, undefined), /mybridge, second; say which by '-s'/)
  assert.equal(bridgeOf('b.yml', two, 'second').name, 'second')
  assert.throws(() => bridgeOf('b.yml', two, 'upstream-1'), /no service 'upstream-1' with/)
})

test('what is wrong in the file is told, with its place', () => {
  const wrongs: [string, RegExp][] = [
    ['a: [', /b\.yml: ERROR IN THE CONFIG FILE: /],
    [stringify(services), /no 'header'/],
    [stringify({ header: {}, config: services }), /no service with 'type: bridge'/],
    [file({ writer: ['downstream-1'] }), /'mybridge\.bridge\.reader' is no list/],
    [file({ ...lists, writer: [] }), /'mybridge\.bridge\.writer' is no list/],
    [file({ ...lists, reader: ['upstream-9'] }), /names 'upstream-9', which is no service/],
    [file({ ...lists, report: 'nobody' }), /'mybridge\.bridge\.report' names 'nobody'/],
    [file({ ...lists, max_qlen: 0 }), /'mybridge\.bridge\.max_qlen' is no number above 0/],
    [file({ ...lists, retry: { connect_maks: 1 } }), /did you mean 'connect_max'\?/],
  ]
  for (const [text, sentence] of wrongs) {
    assert.throws(() => bridgeOf('b.yml', text, undefined), sentence)
  }
})
