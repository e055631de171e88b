/** The topics of Kafka Connect are leat's, and the other way round: one goes on where the other stopped. */
import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { connectPlace } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { KafkaConnect } from '../helpers/kafka-connect.ts'
import { withoutPeer } from '../helpers/peers.ts'

test('leat goes on where Kafka Connect stopped, and Kafka Connect where leat stopped', {
  skip: withoutPeer('java', 'kafka-connect-4.3.1'),
}, async (t) => {
  const place = await connectPlace(t)
  const folder = temporaryFolder(t)
  const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')]
  writeFileSync(from, 'one\n')
  const written = () => (existsSync(to) ? readFileSync(to, 'utf8') : '')
  const has = async (text: string) => {
    // Kafka Connect takes ten seconds for it on a machine that has nothing else to do.
    await eventually(`the file has ${text}`, () => written().length >= text.length, 90_000)
    assert.equal(written(), text)
  }
  const kafka = await KafkaConnect.on(t, place.brokers.join())
  await kafka.start()
  const source = { 'connector.class': 'FileStreamSource', file: from, topic: 'lines' }
  const sink = { 'connector.class': 'FileStreamSink', file: to, topics: 'lines' }
  await kafka.ask('PUT', '/connectors/reader/config', source)
  await kafka.ask('PUT', '/connectors/writer/config', sink)
  // It runs until it is stopped: what it writes meanwhile must not meet what the other writes.
  await kafka.ask('PUT', '/connectors/asleep/config', { ...sink, file: join(folder, 'asleep.txt') })
  await kafka.ask('PUT', '/connectors/asleep/stop')
  await has('one\n')
  await kafka.stop()

  appendFileSync(from, 'two\n')
  const leat = await place.worker()
  assert.deepEqual((await leat.ask('GET', '/connectors')).body.sort(), [
    'asleep',
    'reader',
    'writer',
  ])
  await leat.becomes('asleep', 'STOPPED', 0)
  await has('one\ntwo\n')
  await eventually('leat has committed', async () => {
    const { body } = await leat.ask('GET', '/connectors/writer/offsets')
    return body.offsets[0]?.offset.kafka_offset === 2
  })
  await leat.ask('PATCH', '/connectors/writer/config', { 'errors.tolerance': 'all' })
  await leat.ask('DELETE', '/connectors/asleep')
  await leat.worker.close()

  appendFileSync(from, 'three\n')
  await kafka.start()
  assert.deepEqual((await kafka.ask('GET', '/connectors')).body.sort(), ['reader', 'writer'])
  const { body } = await kafka.ask('GET', '/connectors/writer/config')
  assert.equal(body['errors.tolerance'], 'all')
  await kafka.becomes('writer', 'RUNNING')
  await has('one\ntwo\nthree\n')
  await eventually('Kafka Connect has stored its offset', async () => {
    const { body: offsets } = await kafka.ask('GET', '/connectors/reader/offsets')
    return offsets.offsets[0]?.offset.position === 14
  })
})
