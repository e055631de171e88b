/** Workers on an Apache Kafka: the topics, the groups and the offsets are that broker's. */
import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { ConnectRest, openWorker } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { withoutPeer } from '../helpers/peers.ts'

test('two workers share connectors on an Apache Kafka, and one goes on alone', {
  skip: withoutPeer('java', 'kafka-broker-4.4.0'),
}, async (t) => {
  const kafka = await startApacheKafka(t)
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const folder = temporaryFolder(t)
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  writeFileSync(from, 'one\n')
  const written = () => (existsSync(to) ? readFileSync(to, 'utf8') : '')
  const has = async (text: string) => {
    await eventually(`the file has ${text}`, () => written().length >= text.length)
    assert.equal(written(), text)
  }
  const brokers = [kafka.brokers]
  const first = stack.use(await openWorker({ brokers }))
  const second = stack.use(await openWorker({ brokers }))
  const [one, other] = [first, second].map(
    ({ addresses }) => new ConnectRest(`http://127.0.0.1:${addresses[0]?.port}`),
  ) as [ConnectRest, ConnectRest]
  const source = { 'connector.class': 'FileStreamSource', file: from, topic: 'lines' }
  const sink = { 'connector.class': 'FileStreamSink', file: to, topics: 'lines' }
  // Whoever is asked, the leader writes it.
  assert.equal((await one.ask('PUT', '/connectors/reader/config', source)).status, 201)
  assert.equal((await other.ask('PUT', '/connectors/writer/config', sink)).status, 201)
  await has('one\n')
  const running = await other.becomes('reader', 'RUNNING')
  const { worker_id: worker } = running.tasks[0]
  assert.ok([one.url, other.url].includes(`http://${worker}`))

  await first.close()
  appendFileSync(from, 'two\n')
  await has('one\ntwo\n')
  const left = other.url.slice('http://'.length)
  await eventually('the second worker has all', async () => {
    const { body } = await other.ask('GET', '/connectors?expand=status')
    return ['reader', 'writer'].every((name) => body[name]?.status.tasks[0]?.worker_id === left)
  })
  assert.equal((await other.ask('PUT', '/connectors/writer/stop')).status, 204)
  await other.becomes('writer', 'STOPPED', 0)
  const { status, body } = await other.ask('DELETE', '/connectors/writer/offsets')
  assert.equal(status, 200, JSON.stringify(body))
})
