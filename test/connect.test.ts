/** Connectors on a real broker: made by REST, run, stopped, moved. */
import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { connectPlace } from './helpers/connect.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'

const fileSink = 'FileStreamSink'
const fileSource = 'FileStreamSource'

test('lines of a file go through a topic into another file, and their offsets are told', async (t) => {
  const place = await connectPlace(t)
  const folder = temporaryFolder(t)
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  writeFileSync(from, 'one\ntwo\n')
  const worker = await place.worker()
  const source = { 'connector.class': fileSource, file: from, topic: 'lines' }
  const made = await worker.ask('POST', '/connectors', { name: 'reader', config: source })
  assert.equal(made.status, 201)
  assert.deepEqual(made.body, {
    name: 'reader',
    config: { ...source, name: 'reader' },
    tasks: [],
    type: 'source',
  })
  const sink = { 'connector.class': fileSink, file: to, topics: 'lines' }
  assert.equal((await worker.ask('PUT', '/connectors/writer/config', sink)).status, 201)
  await worker.becomes('reader', 'RUNNING')
  await worker.becomes('writer', 'RUNNING')
  await eventually('two lines', () => readFileSync(to, 'utf8') === 'one\ntwo\n')
  appendFileSync(from, 'three\n')
  await eventually('a third line', () => readFileSync(to, 'utf8') === 'one\ntwo\nthree\n')

  const offsetsOf = async (name: string) =>
    (await worker.ask('GET', `/connectors/${name}/offsets`)).body.offsets
  await eventually('the sink has committed', async () => {
    const [entry] = await offsetsOf('writer')
    return entry?.offset.kafka_offset === 3
  })
  assert.deepEqual(await offsetsOf('reader'), [
    { partition: { filename: from }, offset: { position: 14 } },
  ])
  const { body } = await worker.ask('GET', '/connectors/writer/topics')
  assert.deepEqual(body, { writer: { topics: ['lines'] } })
  const { tasks } = await worker.becomes('writer', 'RUNNING')
  assert.equal(tasks[0].figures.written, 3)
  assert.equal(tasks[0].figures.lag, 0)
})
