import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failuresIn, type Status } from './answers.ts'

test('a failed task is named with the first line of why', () => {
  const worker = { state: 'RUNNING', worker_id: 'w' }
  const status: Status = {
    ...{ name: 'to-file', type: 'sink', connector: worker },
    tasks: [
      { id: 0, ...worker },
      { id: 1, state: 'FAILED', worker_id: 'w', trace: 'no such table\n  at x' },
    ],
  }
  assert.deepEqual(failuresIn({ 'to-file': { status }, young: {} }), [
    { connector: 'to-file', what: 'task 1 failed', why: 'no such table' },
  ])
})
