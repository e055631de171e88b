import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetchedAhead } from './ahead.ts'

const megabyte = 1024 * 1024

async function* items(count: number, size: number) {
  for (let number = 0; number < count; number++) yield { number, size }
}

async function mostAtOnce(count: number, size: number): Promise<number> {
  let underWay = 0
  let most = 0
  const fetch = async ({ number }: { number: number }) => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise(setImmediate)
    underWay -= 1
    return number
  }
  const fetched = await Array.fromAsync(fetchedAhead(items(count, size), fetch))
  assert.deepEqual(
    fetched,
    Array.from({ length: count }, (_, number) => number),
  )
  return most
}

test('sixteen are fetched at once, fewer large ones, and all come in order', async () => {
  assert.equal(await mostAtOnce(100, 10), 16)
  assert.equal(await mostAtOnce(20, 4 * megabyte), 4)
  assert.equal(await mostAtOnce(5, 100 * megabyte), 1)
  assert.equal(await mostAtOnce(0, 1), 0)
})

test('a failure is told when its turn has come', async () => {
  const fetched: number[] = []
  const fetching = fetchedAhead(items(10, 1), async ({ number }) => {
    if (number === 3) throw new Error('lost')
    return number
  })
  await assert.rejects(async () => {
    for await (const one of fetching) fetched.push(one)
  }, /lost/)
  assert.deepEqual(fetched, [0, 1, 2])
})
