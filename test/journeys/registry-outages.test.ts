/** A schema registry elsewhere goes away and comes back, and a schema grows while it is in use. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaClient } from '../../src/client/index.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLeat } from '../helpers/leat.ts'
import { startMariadb } from '../helpers/mariadb.ts'
import { withoutPeer } from '../helpers/peers.ts'
import {
  completes,
  readingsDatabase,
  startReadings,
  tableSink,
  upsert,
} from '../helpers/reading-tables.ts'
import { readingsTopic } from '../helpers/readings.ts'
import { recordsOf } from '../helpers/records.ts'

test('while the registry is away sinks and pipelines wait, and take no record for a bad one', {
  skip: withoutPeer('mariadb'),
}, async (t) => {
  const database = await startMariadb(t)
  await database.makeDatabase(readingsDatabase)
  const registry = await startLeat(t, { registry: true })
  const pipelines = {
    copy: {
      from: readingsTopic,
      steps: [{ set: { copied: 'true' } }],
      to: { topic: 'Copies', format: 'avro' },
    },
  }
  const elsewhere = { registry: { urls: [registry.registryUrl] }, pipelines }
  const place = await startReadings(t, elsewhere, registry.registryUrl)
  const { leat, rest, readings, connect } = place
  await connect('rows', {
    ...tableSink(database.port, 'kept', upsert),
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'dead',
  })
  await using client = new KafkaClient({ brokers: [leat.brokers], clientId: 'test' })
  const copies = async () => new Set((await recordsOf(client, 'Copies')).map(({ key }) => `${key}`))
  const areCopied = (count: number) =>
    eventually(`${count} are copied`, async () => (await copies()).size >= count, 60_000)

  await readings.send(500)
  await completes(database, 'kept', 500)
  await areCopied(500)
  for (const outage of ['stop', 'kill'] as const) {
    // Nobody here has met this version before the registry is gone.
    await readings.widen(`after_${outage}`)
    await registry[outage]()
    for (let index = 0; index < 100; index++) await readings.send(1, {}, index % 3 === 0 ? 0 : -1)
    await eventually('the sink says what it waits for', async () => {
      const { body } = await rest.ask('GET', '/connectors/rows/status')
      return body.tasks.some((one: { trace?: string }) =>
        one.trace?.includes(`No schema registry answers at ${registry.registryUrl}`),
      )
    })
    await registry.start()
    await completes(database, 'kept', readings.next)
    await areCopied(readings.next)
  }
  assert.deepEqual(await recordsOf(client, 'dead'), [])
  assert.deepEqual(await recordsOf(client, 'copy-errors'), [])
})

test('a schema that grows while records of both versions flow widens the table, and each value is there', {
  skip: withoutPeer('mariadb'),
}, async (t) => {
  const database = await startMariadb(t)
  await database.makeDatabase(readingsDatabase)
  const { readings, connect } = await startReadings(t)
  await connect('rows', tableSink(database.port, 'kept', upsert))
  await readings.send(300)
  for (const field of ['temperature', 'humidity']) {
    await readings.widen(field)
    // Both versions at once, as when some writers know of the new one.
    const sent = Array.from({ length: 300 }, async (_, index) =>
      index % 2 === 0
        ? await readings.send(1, { [field]: readings.next }, -1)
        : await readings.send(1, {}, -2),
    )
    await Promise.all(sent)
  }
  await completes(database, 'kept', 900)
  const rows = await database.ask(readingsDatabase, 'SELECT * FROM kept ORDER BY id')
  for (const { id, text, temperature, humidity } of rows) {
    const number = Number(id)
    assert.equal(text, `reading ${number}`)
    const isNew = number % 2 === 0
    assert.equal(temperature, isNew && number >= 300 && number < 600 ? number : null)
    assert.equal(humidity, isNew && number >= 600 ? number : null)
  }
})
