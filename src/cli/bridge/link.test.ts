import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Link } from './link.ts'

const retry = { connectMax: 3, minDelayMs: 1, maxDelayMs: 2 }

class FakeEnd {
  isClosed = false
  async close() {
    this.isClosed = true
  }
}

/** A link whose attempts after the first succeed as this list says; they fail when it has ended. */
async function linkWith(successes: readonly boolean[], ended = new AbortController().signal) {
  const said: string[] = []
  const outcomes = [true, ...successes]
  const connect = async () => {
    if (outcomes.shift()) return new FakeEnd()
    throw new Error('refused')
  }
  const say = (...parts: (string | undefined)[]) => said.push(parts.filter(Boolean).join(' '))
  return { said, link: await Link.open('up', connect, { retry, say, ended }) }
}

test('a lost service is opened again, and says so', async () => {
  const { said, link } = await linkWith([false, true])
  const first = await link.end
  assert.ok(first)
  link.failed(first, new Error('cut'))
  link.failed(first, new Error('noticed twice'))
  const second = await link.end
  assert.ok(second !== undefined && second !== first)
  assert.ok(first.isClosed)
  assert.deepEqual(said, [
    'up DISCONNECTED cut',
    'up RECONNECTING',
    'up CONNECTION ERROR refused',
    'up RECONNECTING',
    'up RECONNECTED',
  ])
})

test('a service that cannot be opened so many times in a row is given up', async () => {
  const { said, link } = await linkWith([])
  const first = await link.end
  assert.ok(first)
  link.failed(first, new Error('cut'))
  assert.equal(await link.end, undefined)
  assert.ok(link.isGivenUp)
  assert.equal(said.filter((line) => line.endsWith('RECONNECTING')).length, retry.connectMax)
  assert.equal(said.at(-1), 'up TERMINATED')
})

test('opening that succeeds without a message ever passing is given up, too', async () => {
  const { link } = await linkWith([true, true, true, true, true])
  let losses = 0
  for (let end = await link.end; end !== undefined; end = await link.end) {
    losses += 1
    link.failed(end, new Error('cut'))
  }
  assert.equal(losses, 1 + retry.connectMax)

  const { link: working } = await linkWith(Array.from({ length: 10 }, () => true))
  for (let loss = 0; loss < 10; loss += 1) {
    const end = await working.end
    assert.ok(end)
    working.worked()
    working.failed(end, new Error('cut'))
  }
})

test('a bridge that ends does not wait for a service', async () => {
  const stop = new AbortController()
  const { said, link } = await linkWith([true], stop.signal)
  const first = await link.end
  assert.ok(first)
  stop.abort()
  link.failed(first, new Error('cut'))
  assert.equal(await link.end, undefined)
  assert.ok(!link.isGivenUp)
  assert.deepEqual(said, ['up DISCONNECTED cut'])
})
