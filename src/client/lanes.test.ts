import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lanes } from './lanes.ts'

/** Tasks that end when they are told to, and what has happened so far. */
function stage() {
  const events: string[] = []
  const ends = new Map<string, () => void>()
  const task = (name: string) => async () => {
    events.push(`${name} begins`)
    await new Promise<void>((resolve) => ends.set(name, resolve))
    events.push(`${name} ends`)
  }
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }
  const end = async (name: string) => {
    ends.get(name)?.()
    await settle()
  }
  return { events, task, end, settle }
}

test('with one at a time, the next may come when this one is through', async () => {
  const { events, task, end, settle } = stage()
  const lanes = new Lanes(1)
  const first = lanes.run('a', task('first')).then(() => events.push('next'))
  await settle()
  assert.deepEqual(events, ['first begins'])
  await end('first')
  await first
  assert.deepEqual(events, ['first begins', 'first ends', 'next'])
})

test('tasks of different lanes run side by side, those of one lane in order', async () => {
  const { events, task, end, settle } = stage()
  const lanes = new Lanes(10)
  await lanes.run('a', task('a1'))
  await lanes.run('a', task('a2'))
  await lanes.run('b', task('b1'))
  await settle()
  assert.deepEqual(events, ['a1 begins', 'b1 begins'])
  await end('a1')
  assert.deepEqual(events.slice(2), ['a1 ends', 'a2 begins'])
  await end('a2')
  await end('b1')
  await lanes.settled()
})

test('never more are under way than there may be', async () => {
  const { task, end, settle } = stage()
  const lanes = new Lanes(2)
  await lanes.run('a', task('a'))
  let mayGoOn = false
  void lanes.run('b', task('b')).then(() => {
    mayGoOn = true
  })
  await settle()
  assert.equal(mayGoOn, false)
  await end('a')
  assert.equal(mayGoOn, true)
  await end('b')
})

test('after a failure no further task begins, and the failure is kept', async () => {
  const { events, task, end } = stage()
  const lanes = new Lanes(10)
  const failing = task('failing')
  await lanes.run('a', async () => {
    await failing()
    throw new Error('no')
  })
  await lanes.run('a', task('behind it'))
  await end('failing')
  await lanes.settled()
  assert.deepEqual(events, ['failing begins', 'failing ends'])
  assert.match(String(lanes.failure?.error), /no/)
})
