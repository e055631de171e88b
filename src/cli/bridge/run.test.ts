/** Bridges whose services are all within this process. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { stringify } from 'yaml'
import { Reader, Writer } from '../../client/reader-and-writer.ts'
import { runBridge } from './run.ts'
import { readBridgeFile } from './settings.ts'

/** Starts a bridge between services of these names, whose topics are the names too. */
async function started(t: TestContext, bridge: Record<string, unknown>, broken: string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'leat-bridge-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'bridge.yml')
  const prefix = randomUUID()
  const names = ['up-1', 'up-2', 'down-1', 'down-2', 'log']
  const services = Object.fromEntries(
    names.map((name) => {
      const type = broken.includes(name) ? 'pigeon' : 'iostream'
      return [name, { type, topic: `${prefix}-${name}` }]
    }),
  )
  const config = { mybridge: { type: 'bridge', bridge }, ...services }
  writeFileSync(path, stringify({ header: { version: 2 }, config }))
  const stop = new AbortController()
  const lines: string[] = []
  const isStarted = Promise.withResolvers<void>()
  const log = (line: string) => {
    lines.push(line)
    if (line.endsWith('STARTED')) isStarted.resolve()
  }
  const settings = readBridgeFile(path, undefined)
  const ended = runBridge(settings, { opening: {}, stopped: stop.signal, log })
  return {
    lines,
    ended,
    stop: () => stop.abort(),
    begun: () => Promise.race([isStarted.promise, ended]),
    reader: (name: string) => Reader.open({ service: name, config_file: path, value_type: 'text' }),
    writer: (name: string) => Writer.open({ service: name, config_file: path, value_type: 'text' }),
  }
}

test('each message of each reader reaches each writer, with its time and its key', async (t) => {
  const lists = { reader: ['up-1', 'up-2'], writer: ['down-1', 'down-2'], max_qlen: 4 }
  const bridge = await started(t, lists)
  await bridge.begun()
  const readers = [await bridge.reader('down-1'), await bridge.reader('down-2')]
  const writers = [await bridge.writer('up-1'), await bridge.writer('up-2')]
  for (const [index, writer] of writers.entries()) {
    await writer.publish(`message ${index}`, { timestampUs: 1_700_000_000_000_001, key: 'k' })
  }
  for (const reader of readers) {
    const values: string[] = []
    for await (const { value, timestampUs, key } of reader) {
      values.push(value)
      assert.equal(timestampUs, 1_700_000_000_000_001)
      assert.equal(key?.toString(), 'k')
      if (values.length === 2) break
    }
    assert.deepEqual(values.sort(), ['message 0', 'message 1'])
  }
  bridge.stop()
  await bridge.ended
  assert.deepEqual(bridge.lines, ['SINETStream-Bridge:mybridge: STARTED'])
})

test('what cannot be read is passed over, and said to the log and to the report', async (t) => {
  const bridge = await started(t, { reader: ['up-1'], writer: ['down-1'], report: 'log' })
  await bridge.begun()
  const report = await bridge.reader('log')
  const reader = await bridge.reader('down-1')
  const raw = await bridge.writer('up-1')
  await using bare = await Writer.open({
    ...{ no_config: true, type: 'iostream', topic: raw.topic, user_data_only: true },
    value_type: 'text',
  })
  await bare.publish('no envelope')
  await raw.publish('an envelope')
  for await (const { value } of reader) {
    assert.equal(value, 'an envelope')
    break
  }
  for await (const { value } of report) {
    assert.ok(bridge.lines.includes(value))
    if (/^SINETStream-Bridge:up-1: MESSAGE PASSED OVER: /.test(value)) break
  }
  bridge.stop()
  await bridge.ended
})

test('a bridge does not begin without one of its services', async (t) => {
  const bridge = await started(t, { reader: ['up-1'], writer: ['down-1'] }, ['up-1'])
  await assert.rejects(bridge.ended, /no services of type 'pigeon'/)
  assert.match(bridge.lines.join(), /^SINETStream-Bridge:up-1: CONNECTION ERROR: /)
})
