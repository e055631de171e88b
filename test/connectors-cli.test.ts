/** `leat connectors` against a worker in this process. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCli } from '../src/cli/testing/run-cli.ts'
import { connectPlace } from './helpers/connect.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'

test('connectors are created, watched, previewed and deleted, and dead letters are returned', async (t) => {
  const place = await connectPlace(t)
  const worker = await place.worker()
  const folder = temporaryFolder(t)
  const [file, target] = [join(folder, 'c.yml'), join(folder, 'out.txt')]
  const environment = { LEAT_CONNECT: worker.url, LEAT_BROKERS: place.brokers.join() }
  const connectors = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli(['connectors', ...args], { environment })
    assert.equal(code, 0, stderr)
    return stdout
  }
  await place.client.createTopics([{ name: 'in', partitions: 1 }])
  const producer = place.client.producer()
  for (const value of ['{"a":1}', 'no json']) {
    await producer.send({ topic: 'in', value: Buffer.from(value) })
  }
  writeFileSync(
    file,
    `name: to-file
connector.class: FileStreamSink
file: ${target}
topics: in
value.converter: JsonConverter
value.converter.schemas.enable: false
errors.tolerance: all
errors.deadletterqueue.topic.name: dead
errors.deadletterqueue.context.headers.enable: true
`,
  )
  assert.equal(await connectors('create', file), 'Connector to-file is stored.\n')
  await eventually(
    'the record is written',
    () => existsSync(target) && readFileSync(target).length > 0,
  )
  assert.equal(readFileSync(target, 'utf8'), '{"a":1}\n')

  await worker.becomes('to-file', 'RUNNING')
  const [listed] = JSON.parse(await connectors('list', '-o', 'json'))
  assert.equal(listed.connector, 'to-file')
  assert.equal(listed.type, 'sink')
  const [whole, task] = JSON.parse(await connectors('status', 'to-file', '-o', 'json'))
  assert.ok(whole.lag >= 0, JSON.stringify(whole))
  assert.equal(task.state, 'RUNNING')
  assert.equal(task.failed, 1)
  const previewed = (await connectors('preview', 'to-file')).trim().split('\n')
  const [good, bad] = previewed.map((line) => JSON.parse(line))
  assert.deepEqual(good, { topic: 'in', partition: 0, offset: '0', key: null, value: { a: 1 } })
  assert.equal(bad.offset, '1')
  assert.match(bad.error, /JSON/i)

  await connectors('pause', 'to-file')
  await worker.becomes('to-file', 'PAUSED')
  const redriven = () => connectors('redrive', 'to-file', '--rate', '1000', '--to', 'again')
  assert.equal(await redriven(), '1 records of dead were written back.\n')
  assert.equal(await redriven(), '0 records of dead were written back.\n')
  const config = JSON.parse(await connectors('get', 'to-file')).config
  assert.equal(config['errors.tolerance'], 'all')
  assert.equal(await connectors('delete', 'to-file'), 'Connector to-file is deleted.\n')
  const { code, stderr } = await runCli(['connectors', 'get', 'to-file'], { environment })
  assert.equal(code, 1)
  assert.match(stderr, /Connector to-file not found/)
})
