import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ConnectionError,
  InvalidArgumentError,
  type Writer,
} from '../../client/reader-and-writer.ts'
import { deliver } from './deliver.ts'
import { Link } from './link.ts'

/** A link to writers that fail with these errors, one after the other, then take what comes. */
async function linkTo(failures: Error[], connectMax = 3) {
  const said: string[] = []
  const published: string[] = []
  const fake = {
    async publish(value: string) {
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      published.push(value)
    },
    async close() {},
  }
  const say = (_service: string, word: string) => said.push(word)
  const retry = { connectMax, minDelayMs: 1, maxDelayMs: 1 }
  const circumstances = { retry, say, ended: new AbortController().signal }
  const connect = async () => ({ ...fake }) as unknown as Writer<string>
  return { said, published, say, link: await Link.open('down', connect, circumstances) }
}

const away = () => new ConnectionError('away', 'The broker is away.')

test('a message whose writer fails is published when the writer is back', async () => {
  const { link, published, say, said } = await linkTo([away()])
  assert.equal(await deliver(link, { value: 'a' }, say), true)
  assert.deepEqual(published, ['a'])
  assert.deepEqual(said, ['DISCONNECTED', 'RECONNECTING', 'RECONNECTED'])
})

test('a writer that fails too often has not taken the message', async () => {
  const { link, published, say, said } = await linkTo([away(), away(), away()], 2)
  assert.equal(await deliver(link, { value: 'a' }, say), false)
  assert.deepEqual(published, [])
  assert.equal(said.at(-1), 'TERMINATED')
})

test('a message that a writer will never take is passed over', async () => {
  const { link, published, say, said } = await linkTo([new InvalidArgumentError('long', 'Long.')])
  assert.equal(await deliver(link, { value: 'a' }, say), true)
  assert.equal(await deliver(link, { value: 'b' }, say), true)
  assert.deepEqual(published, ['b'])
  assert.deepEqual(said, ['MESSAGE PASSED OVER'])
})
