import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf } from './lines.ts'

async function lines(...pieces: Uint8Array[]): Promise<string[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  return await Array.fromAsync(linesOf(body))
}

test('lines are whole however they were cut on the way', async () => {
  const bytes = new TextEncoder().encode('{"a":"ä"}\n\n{"b":1}\nlast')
  const each = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))
  assert.deepEqual(await lines(...each), ['{"a":"ä"}', '{"b":1}', 'last'])
  assert.deepEqual(await lines(bytes), ['{"a":"ä"}', '{"b":1}', 'last'])
  assert.deepEqual(await lines(), [])
})
