import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

test('as many run at once as may, the others in their order, and a failure gives its turn on', async () => {
  const turns = new Turns(2)
  const started: number[] = []
  const ends: PromiseWithResolvers<number>[] = []
  const results = [0, 1, 2, 3].map((index) =>
    turns.take(() => {
      started.push(index)
      ends[index] = Promise.withResolvers()
      return ends[index].promise
    }),
  )
  assert.deepEqual(started, [0, 1])
  const failed = assert.rejects(results[1] as Promise<number>, /lost/)
  ends[1]?.reject(new Error('lost'))
  await failed
  assert.deepEqual(started, [0, 1, 2])
  ends[0]?.resolve(0)
  assert.equal(await results[0], 0)
  assert.deepEqual(started, [0, 1, 2, 3])
  ends[2]?.resolve(2)
  ends[3]?.resolve(3)
  assert.deepEqual(await Promise.all(results.slice(2)), [2, 3])
})

test('who finds too many waiting is told, and those who wait get their turn', async () => {
  const turns = new Turns(1, 1)
  const end = Promise.withResolvers<string>()
  const first = turns.take(() => end.promise)
  const second = turns.take(async () => 'second')
  await assert.rejects(
    turns.take(async () => 'third'),
    /1 wait for their turn already/,
  )
  end.resolve('first')
  assert.deepEqual(await Promise.all([first, second]), ['first', 'second'])
})
