import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { OffsetJson, Plugin, SourcePlugin, SourceRecord, SourceTask } from '../kit/index.ts'
import { surroundings, taskContext } from './contexts.ts'

export interface SourceUnderTest {
  readonly plugin: Plugin
  /** A fresh place in the other system, to which something can be added. */
  readonly place: (t: TestContext) => Promise<{
    readonly config: Readonly<Record<string, string>>
    readonly add: (values: readonly string[]) => Promise<void>
  }>
  readonly textOf: (record: SourceRecord) => string
}

const deadlineMs = 60_000

/** What a worker counts on of each source of one task. */
export function testSource({ plugin, place, textOf }: SourceUnderTest): void {
  const [name] = plugin.names
  const sourcePlugin = plugin as unknown as SourcePlugin
  const open = async (
    config: Readonly<Record<string, string>>,
    stored: ReadonlyMap<string, OffsetJson>,
    signal: AbortSignal,
  ): Promise<SourceTask> => {
    const { values, logger, clock, ...rest } = taskContext(plugin, config, signal)
    const planning = new AbortController()
    const context = { ...surroundings, signal: planning.signal, planAgain() {}, before: [] }
    const [share = {}] = await sourcePlugin.plan(values, 1, context)
    // What a plan watches, it watches no longer.
    planning.abort()
    return await sourcePlugin.open({
      ...{ ...rest, values, logger, clock, share },
      offsets: async (partitions) => partitions.map((one) => stored.get(JSON.stringify(one))),
    })
  }

  test(`${name}: what is there is read in order, and what comes later, too`, async (t) => {
    const { config, add } = await place(t)
    await add(['one', 'two'])
    const task = await open(config, new Map(), new AbortController().signal)
    assert.deepEqual((await read(task, 2)).map(textOf), ['one', 'two'])
    await task.committed?.()
    await add(['three'])
    assert.deepEqual((await read(task, 1)).map(textOf), ['three'])
    await task[Symbol.asyncDispose]()
  })

  test(`${name}: another task goes on behind whichever record was stored last`, async (t) => {
    const { config, add } = await place(t)
    await add(['one', 'two', 'three'])
    const first = await open(config, new Map(), new AbortController().signal)
    const records = await read(first, 3)
    await first[Symbol.asyncDispose]()
    for (const [index, { sourcePartition, sourceOffset }] of records.entries()) {
      const stored = new Map([[JSON.stringify(sourcePartition), jsonOf(sourceOffset)]])
      const next = await open(config, stored, new AbortController().signal)
      const rest = ['one', 'two', 'three'].slice(index + 1)
      assert.deepEqual((await read(next, rest.length)).map(textOf), rest)
      await next[Symbol.asyncDispose]()
    }
  })

  test(`${name}: a poll that waits ends when the task is to stop`, async (t) => {
    const { config } = await place(t)
    const stop = new AbortController()
    const task = await open(config, new Map(), stop.signal)
    const polling = task.poll()
    stop.abort()
    const startedMs = performance.now()
    await polling
    assert.ok(performance.now() - startedMs < deadlineMs)
    await task[Symbol.asyncDispose]()
  })
}

/** Polls until so many records are there. */
async function read(task: SourceTask, count: number): Promise<SourceRecord[]> {
  const records: SourceRecord[] = []
  const endMs = performance.now() + deadlineMs
  while (records.length < count) {
    assert.ok(performance.now() < endMs, `${records.length} of ${count} records came`)
    records.push(...(await task.poll()))
  }
  return records
}

/** Offsets are kept as JSON: a task gets them back that way. */
function jsonOf(offset: OffsetJson): OffsetJson {
  return JSON.parse(JSON.stringify(offset)) as OffsetJson
}
