import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemIn, problemOf } from './problem.ts'

test('errors of the console, the registry and Connect are told in their own words', () => {
  const own = problemIn(404, { error: { code: 'topic-not-found', message: 'There is no topic.' } })
  assert.deepEqual(
    [own.status, own.code, own.message],
    [404, 'topic-not-found', 'There is no topic.'],
  )
  const foreign = problemIn(409, { error_code: 409, message: 'incompatible' })
  assert.deepEqual([foreign.code, foreign.message], ['409', 'incompatible'])
})

test('an answer without words still says what it was', () => {
  for (const body of [undefined, null, 'x', { error: 'x' }]) {
    assert.match(problemIn(502, body).message, /answered 502/)
  }
})

test('what is a problem stays one, and what is none becomes one', () => {
  const problem = problemIn(500, { message: 'x' })
  assert.equal(problemOf(problem), problem)
  assert.equal(problemOf(new Error('no')).message, 'no')
})
