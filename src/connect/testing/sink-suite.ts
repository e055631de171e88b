import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Plugin, SinkPlugin, SinkTask } from '../kit/index.ts'
import { taskContext } from './contexts.ts'
import { textRecords } from './records.ts'

export interface SinkUnderTest {
  readonly plugin: Plugin
  /** A fresh place in the other system, and what stands there. */
  readonly place: (t: TestContext) => Promise<{
    readonly config: Readonly<Record<string, string>>
    readonly values: () => Promise<readonly string[]>
  }>
}

const topic = 'suite'
const partition = { topic, partition: 0 }

/** What a worker counts on of each sink. */
export function testSink({ plugin, place }: SinkUnderTest): void {
  const [name] = plugin.names
  const sinkPlugin = plugin as unknown as SinkPlugin
  const open = async (config: Readonly<Record<string, string>>): Promise<SinkTask> => {
    const { signal } = new AbortController()
    const task = await sinkPlugin.open(taskContext(plugin, config, signal))
    await task.assigned?.([partition])
    return task
  }

  test(`${name}: what is put is there when its offset may be committed`, async (t) => {
    const { config, values } = await place(t)
    const task = await open(config)
    await task.put(textRecords(topic, ['one', 'two']))
    await task.put(textRecords(topic, ['three'], 2n))
    const positions = await task.settled?.()
    if (positions !== undefined) assert.deepEqual(positions, [{ ...partition, next: 3n }])
    assert.deepEqual(await values(), ['one', 'two', 'three'])
    await task[Symbol.asyncDispose]()
  })

  test(`${name}: an empty batch changes nothing`, async (t) => {
    const { config, values } = await place(t)
    const task = await open(config)
    await task.put([])
    assert.deepEqual((await task.settled?.()) ?? [], [])
    await task[Symbol.asyncDispose]()
    assert.deepEqual(await values(), [])
  })

  test(`${name}: another task goes on where one has ended, and may repeat what it has put`, async (t) => {
    const { config, values } = await place(t)
    for (const [from, texts] of [
      [0n, ['one', 'two']],
      [1n, ['two', 'three']],
    ] as const) {
      const task = await open(config)
      await task.put(textRecords(topic, texts, from))
      await task.settled?.()
      await task.revoked?.([partition])
      await task[Symbol.asyncDispose]()
    }
    assert.deepEqual([...new Set(await values())], ['one', 'two', 'three'])
  })

  test(`${name}: what was revoked is not settled any more`, async (t) => {
    const { config } = await place(t)
    const task = await open(config)
    await task.put(textRecords(topic, ['one']))
    await task.settled?.()
    await task.revoked?.([partition])
    assert.deepEqual((await task.settled?.()) ?? [], [])
    await task[Symbol.asyncDispose]()
  })
}
