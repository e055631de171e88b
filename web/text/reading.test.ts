import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandLine, consumeLine, recordLine, shellWord } from './command-lines.ts'
import { addressOf, downloadOf, questionOf, readingOf } from './reading.ts'

const of = (query: string) => readingOf(new URLSearchParams(query))

test('an address says which records are looked at, and is as short as it can be', () => {
  assert.equal(addressOf(of('')), '')
  const all = '?from=%4017&partition=2&filter=value.t+%3E+3&text=pump&limit=200'
  assert.equal(addressOf(of(all)), all)
  assert.equal(addressOf(of('?live=1&limit=50&from=newest')), '?live=1')
})

test('what makes no sense in an address is as if it were not there', () => {
  const { from, partition, limit } = of('from=<script>&partition=-1&limit=9999999')
  assert.deepEqual([from, partition, limit], ['newest', undefined, 50])
})

test('the newest are read back from the end, others on, and a live tail has no end', () => {
  assert.equal(questionOf(of('')), 'order=newest&limit=50')
  assert.equal(questionOf(of('from=7&partition=1')), 'order=oldest&from=7&limit=50&partition=1')
  assert.equal(questionOf(of(''), { 0: '17', 1: '4' }), 'order=newest&from=0%3A17%2C1%3A4&limit=50')
  assert.equal(questionOf(of('live=1&filter=true&from=7')), 'filter=true')
})

test('a download has as much as one answer may have', () => {
  assert.equal(
    downloadOf(of('from=start&filter=true')),
    'order=oldest&from=start&limit=1000&filter=true&bytes=1048576',
  )
})

test('the same records are printed by a line for the shell', () => {
  assert.equal(consumeLine('a', of('')), 'leat consume a --json --offset -50 -n 50')
  assert.equal(
    consumeLine('a', of('live=1'), '10.0.0.1:9092'),
    'leat consume a --json --offset end -b 10.0.0.1:9092',
  )
  assert.equal(
    consumeLine('a', of('from=@5&partition=3'), '127.0.0.1:9092'),
    'leat consume a --json --offset @5:end -p 3 -n 50',
  )
  assert.equal(recordLine('a', 3, '9'), 'leat consume a --json -p 3 --offset 9:10')
})

test('a word that a shell would understand is quoted', () => {
  assert.equal(shellWord("it's"), `'it'\\''s'`)
  assert.equal(commandLine('leat', '$(reboot)', ''), "leat '$(reboot)' ''")
})
