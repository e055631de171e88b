import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Mailbox } from './mailbox.ts'
import { ManualClock } from './testing/manual-clock.ts'

test('what is brought is taken in order', async () => {
  const mailbox = new Mailbox<number>(10)
  for (let item = 0; item < 5; item++) void mailbox.put(item)
  assert.equal(mailbox.poll(), 0)
  assert.equal(await mailbox.take(), 1)
  assert.deepEqual([mailbox.poll(), mailbox.poll(), mailbox.poll()], [2, 3, 4])
  assert.equal(mailbox.poll(), undefined)
})

test('who brings waits while it is full, and goes on when one is taken', async () => {
  const mailbox = new Mailbox<number>(2)
  await mailbox.put(0)
  let isThrough = false
  const waiting = mailbox.put(1).then(() => {
    isThrough = true
  })
  await Promise.resolve()
  assert.equal(isThrough, false)
  assert.equal(mailbox.poll(), 0)
  await waiting
  assert.equal(mailbox.size, 1)
})

test('many items pass through a small mailbox without growth', async () => {
  const mailbox = new Mailbox<number>(8)
  const bringing = (async () => {
    for (let item = 0; item < 10_000; item++) await mailbox.put(item)
  })()
  for (let item = 0; item < 10_000; item++) assert.equal(await mailbox.take(), item)
  await bringing
})

test('who takes waits for an item, as long as it says', async () => {
  const clock = new ManualClock()
  const mailbox = new Mailbox<string>(10, clock)
  const first = mailbox.take(100)
  await mailbox.put('there')
  assert.equal(await first, 'there')
  const second = mailbox.take(100)
  clock.advance(100)
  assert.equal(await second, undefined)
  assert.equal(mailbox.isClosed, false)
  assert.equal(await mailbox.take(0), undefined)
})

test('after a failure, what was brought before is still taken, then the failure is thrown', async () => {
  const mailbox = new Mailbox<string>(10)
  void mailbox.put('before')
  mailbox.fail(new Error('gone'))
  assert.equal(await mailbox.take(), 'before')
  await assert.rejects(mailbox.take(), /gone/)
  await assert.rejects(mailbox.take(), /gone/)
  const waited = new Mailbox<string>(10)
  const taking = waited.take()
  waited.fail(new Error('gone'))
  await assert.rejects(taking, /gone/)
})

test('closing sets everybody free and throws the rest away', async () => {
  const mailbox = new Mailbox<string>(1)
  const bringing = mailbox.put('never taken')
  mailbox.close()
  await bringing
  await mailbox.put('too late')
  assert.equal(await mailbox.take(), undefined)
  const waited = new Mailbox<string>(1)
  const taking = waited.take()
  waited.close()
  assert.equal(await taking, undefined)
})

test('clearing throws away what is in it, and it goes on', async () => {
  const mailbox = new Mailbox<string>(10)
  void mailbox.put('old')
  mailbox.clear()
  void mailbox.put('new')
  assert.equal(await mailbox.take(), 'new')
})

test('many that are brought at once wait once, and a taker gets the first', async () => {
  const mailbox = new Mailbox<number>(2)
  const taking = mailbox.take()
  let isThrough = false
  const bringing = mailbox.putAll([0, 1, 2, 3]).then(() => {
    isThrough = true
  })
  assert.equal(await taking, 0)
  assert.deepEqual([mailbox.poll(), isThrough], [1, false])
  assert.equal(mailbox.poll(), 2)
  await bringing
  assert.equal(mailbox.poll(), 3)
})

test('a limit counts what items weigh, where they are weighed', async () => {
  const mailbox = new Mailbox<string>(10, undefined, { weigh: ({ length }) => length })
  await mailbox.put('seven..')
  let isThrough = false
  const bringing = mailbox.put('four').then(() => {
    isThrough = true
  })
  await Promise.resolve()
  assert.equal(isThrough, false)
  assert.equal(mailbox.poll(), 'seven..')
  await bringing
  assert.equal(mailbox.size, 1)
})

test('what is unwanted is given back, the rest stays in order, and who brings goes on', async () => {
  const mailbox = new Mailbox<number>(3)
  const bringing = mailbox.putAll([0, 1, 2, 3, 4])
  assert.deepEqual(
    mailbox.discard((item) => item % 2 === 1),
    [1, 3],
  )
  await bringing
  assert.deepEqual([mailbox.poll(), mailbox.poll(), mailbox.poll()], [0, 2, 4])
})
