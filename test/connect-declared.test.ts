/** Connectors that a worker's configuration names, and no longer names. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { stringify } from 'yaml'
import { silentLogger } from '../src/base/logger.ts'
import type { ConnectWorkerOptions } from '../src/connect/index.ts'
import { type Plugin, sink } from '../src/connect/kit/index.ts'
import { loadConfig, start } from '../src/platform/index.ts'
import { startBrokerAndClient } from './helpers/broker.ts'
import { ConnectRest, connectPlace, type Worker } from './helpers/connect.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'
import { freePorts } from './helpers/ports.ts'

const config = { 'connector.class': 'Nowhere', topics: 'in' }

const plugin: Plugin = sink({
  kind: 'sink',
  names: ['Nowhere'],
  version: '1',
  about: 'Forgets what it gets.',
  options: {},
  open: async () => ({
    async put() {},
    async [Symbol.asyncDispose]() {},
  }),
})

/** Starts workers by their names and what their configuration names. */
async function place(t: TestContext) {
  const { client, worker } = await connectPlace(t)
  await client.createTopics([{ name: 'in' }])
  return (instance: string | Partial<ConnectWorkerOptions>, ...names: string[]) => {
    const connectors = Object.fromEntries(names.map((name) => [name, config]))
    const options = typeof instance === 'string' ? { instance } : instance
    return worker({ plugins: [plugin], ...options, connectors })
  }
}

const named = (worker: Worker) => worker.ask('GET', '/connectors').then(({ body }) => body.sort())

test('a connector that the configuration names no longer is deleted, and one made by REST stays', async (t) => {
  const start = await place(t)
  const first = await start('leat', 'one', 'two')
  await first.becomes('two', 'RUNNING')
  await first.ask('PUT', '/connectors/rest/config', config)
  await first.worker.close()
  const second = await start('leat', 'two')
  await eventually('one is gone', async () => (await named(second)).length === 2)
  assert.deepEqual(await named(second), ['rest', 'two'])
  await second.becomes('two', 'RUNNING')
  await second.worker.close()
  // What came by REST is the configuration's from when it is named there.
  const third = await start('leat', 'rest')
  await eventually('two is gone', async () => (await named(third)).length === 1)
  await third.worker.close()
  const last = await start('leat')
  await eventually('all are gone', async () => (await named(last)).length === 0)
})

test('a connector that another worker names as well stays until that one does not either', async (t) => {
  const start = await place(t)
  const a = await start('a', 'shared', 'ours')
  await a.becomes('ours', 'RUNNING')
  const b = await start('b', 'shared')
  await b.becomes('shared', 'RUNNING')
  await a.worker.close()
  const again = await start('a')
  await eventually('ours is gone', async () => !(await named(again)).includes('ours'))
  assert.deepEqual(await named(again), ['shared'])
  await b.worker.close()
  const alone = await start('b')
  await eventually('it is gone', async () => (await named(alone)).length === 0)
})

test('a worker with a name knows its connectors at another port, and what it named by its address before', async (t) => {
  const start = await place(t)
  const [port = 0] = await freePorts(1)
  const byAddress = await start({ listeners: [{ host: '127.0.0.1', port }] }, 'one', 'two', 'three')
  await byAddress.becomes('three', 'RUNNING')
  await byAddress.worker.close()
  const byName = await start(
    { owner: 'plant', listeners: [{ host: '127.0.0.1', port }] },
    'two',
    'three',
  )
  await eventually('one is gone', async () => (await named(byName)).join() === 'three,two')
  await byName.worker.close()
  const elsewhere = await start({ owner: 'plant' }, 'three')
  await eventually('two is gone', async () => (await named(elsewhere)).join() === 'three')
})

test('a leat before a cluster whose Connect is at another port each time deletes what its file names no longer', async (t) => {
  const { address } = await startBrokerAndClient(t)
  const folder = temporaryFolder(t)
  const file = join(folder, 'leat.yml')
  const upWith = async (...names: string[]) => {
    const config = { 'connector.class': 'FileStreamSink', topics: 'in', file: join(folder, 'out') }
    const connectors = Object.fromEntries(names.map((name) => [name, config]))
    const connect = { bind: '127.0.0.1:0', connectors }
    writeFileSync(file, stringify({ kafka: { brokers: [address] }, connect }))
    const leat = await start(await loadConfig([file], {}), silentLogger)
    t.after(() => leat[Symbol.asyncDispose]())
    const rest = new ConnectRest(`http://127.0.0.1:${leat.connect[0]?.port}`)
    await eventually(`${names} are there, and nothing else`, async () => {
      const { status, body } = await rest.ask('GET', '/connectors')
      return status === 200 && body.toSorted().join() === names.join()
    })
    await leat[Symbol.asyncDispose]()
  }
  await upWith('one', 'two')
  await upWith('two')
})
