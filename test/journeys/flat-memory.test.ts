/** A Writer and a Reader that run for long hold no more memory than at their beginning. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { points } from '../../src/base/testing/points.ts'
import { ofOwnBroker } from '../helpers/against.ts'
import { samplesOf, startMemoryRun } from '../helpers/memory.ts'

const partSeconds = points('MEMORY_PART_SECONDS', { few: 3, all: 5 })
/** What compiled code, caches and buffers that are reused may still add after the first part. */
const slackBytes = 4 * 2 ** 20

/** Of each of the two in each part: enough to show it where a message leaves 100 bytes behind. */
const leastMessages = 20_000

test('Writers and Readers at full speed hold no more memory than at their beginning', {
  skip: ofOwnBroker('its speed'),
}, async (t) => {
  const { program } = await startMemoryRun(t, partSeconds, 3, leastMessages)
  assert.equal(await program.exited, 0, program.story())
  const samples = samplesOf(program)
  const [first, second, third] = samples
  assert.ok(first && second && third, program.story())
  for (const { messages, heapBytes, residentBytes } of samples) {
    const [heap, resident] = [heapBytes, residentBytes].map((bytes) => (bytes / 2 ** 20).toFixed(1))
    t.diagnostic(`${messages} messages, heap ${heap} MiB, resident ${resident} MiB`)
  }
  assert.ok(third.heapBytes < first.heapBytes * 1.1 + slackBytes, program.story())
  assert.ok(third.heapBytes < second.heapBytes * 1.1 + slackBytes, program.story())
})
