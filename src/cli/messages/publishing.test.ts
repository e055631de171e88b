import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { linesOf } from '../records/lines.ts'
import { publishAll } from './publishing.ts'

async function* numbers(count: number) {
  for (let number = 0; number < count; number += 1) yield Buffer.from(String(number))
}

test('answers come in the order of the messages, whoever is answered first', async () => {
  const first = Promise.withResolvers<string>()
  const answers: unknown[] = []
  const publishing = {
    publish: async (bytes: Buffer) => (bytes.toString() === '0' ? await first.promise : 'second'),
    async answered(answer: unknown) {
      answers.push(answer)
    },
    failed: assert.ifError,
  }
  const all = publishAll(numbers(2), publishing, new AbortController())
  first.resolve('first')
  await all
  assert.deepEqual(answers, ['first', 'second'])
})

test('no more than a thousand wait for their answer', async () => {
  let waiting = 0
  let most = 0
  await publishAll(
    numbers(5000),
    {
      async publish() {
        waiting += 1
        most = Math.max(most, waiting)
        await new Promise((resolve) => setImmediate(resolve))
      },
      async answered() {
        waiting -= 1
      },
      failed: assert.ifError,
    },
    new AbortController(),
  )
  assert.equal(waiting, 0)
  assert.equal(most, 1000)
})

test('a failure ends it while it waits for the next line', async () => {
  const stdin = new PassThrough()
  const ending = new AbortController()
  ending.signal.addEventListener('abort', () => stdin.end())
  stdin.write('a\n')
  const publishing = {
    publish: async () => assert.fail('no broker'),
    async answered() {},
    failed(error: unknown) {
      throw error
    },
  }
  await assert.rejects(publishAll(linesOf(stdin), publishing, ending), /no broker/)
})

test('failures that are borne leave the others as they are', async () => {
  const failures: unknown[] = []
  let answers = 0
  await publishAll(
    numbers(3),
    {
      publish: async (bytes) => (bytes.toString() === '1' ? assert.fail('one') : undefined),
      async answered() {
        answers += 1
      },
      failed: (error) => failures.push(error),
    },
    new AbortController(),
  )
  assert.deepEqual([answers, failures.length], [2, 1])
})
