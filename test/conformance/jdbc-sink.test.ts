/** The JDBC sink on real databases, driven through the kit's contract. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadRecordError, RetriableError } from '../../src/connect/kit/index.ts'
import { jdbcSink, mysqlSink, postgresSink } from '../../src/connectors/jdbc/sink/plugins.ts'
import {
  deliver,
  meterSchema,
  openSinkTask,
  type RecordParts,
  sinkRecord,
  structSchema,
} from '../helpers/connector-tasks.ts'
import { describeDatabases } from '../helpers/databases.ts'

const upsert = {
  ...{ 'insert.mode': 'upsert', 'pk.mode': 'record_value', 'pk.fields': 'ID' },
  ...{ 'auto.create': 'true', 'auto.evolve': 'true' },
}

const idAndText = structSchema({
  ID: { type: 'int64', optional: false },
  text: { type: 'string', optional: true },
})

describeDatabases('the JDBC sink', (place, system) => {
  test('makes the table of the smart meter, and a later reading overwrites its row', async () => {
    const { config, ask } = await place()
    await using task = await openSinkTask(jdbcSink, { ...config, ...upsert })
    await task.put([meter(0, 'boston'), meter(1, 'denver'), meter(0, 'losang')])
    await task.put([meter(1, 'boston')])
    const rows = await ask('SELECT * FROM "Readings" ORDER BY "ID"')
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [readingRow(0, 'losang'), readingRow(1, 'boston')],
    )
    const columns = await ask(
      "SELECT column_name AS name, is_nullable AS free FROM information_schema.columns WHERE table_name = 'Readings' ORDER BY ordinal_position",
    )
    assert.deepEqual(
      columns.map(({ name, free }) => `${name} ${free}`),
      [
        ...['ID NO', 'profile_name NO', 'temperature YES', 'humidity YES'],
        ...['pressure YES', 'modified NO'],
      ],
    )
  })

  test("takes the keys of Confluent Cloud's forms", async () => {
    const { server, database, ask } = await place()
    const config = {
      ...{ 'connection.host': '127.0.0.1', 'connection.port': `${server.port}` },
      ...{ 'connection.user': server.user, 'db.name': database, 'ssl.mode': 'prefer' },
      ...{ 'input.data.format': 'AVRO', 'kafka.api.key': 'KEY', 'kafka.api.secret': 'SECRET' },
      ...{ ...upsert, 'insert.mode': 'UPSERT' },
    }
    const plugin = system === 'mysql' ? mysqlSink : postgresSink
    await using task = await openSinkTask(plugin as typeof mysqlSink, config)
    await task.put([meter(7, 'boston')])
    assert.equal((await ask('SELECT * FROM "Readings"')).length, 1)
  })

  test('writes what stands in the record, whatever letters and bytes it has', async () => {
    const { config, ask } = await place()
    await using task = await openSinkTask(jdbcSink, { ...config, ...upsert })
    const texts = [
      ...["'); DROP TABLE t; --", 'a\\', '\\', '"', "''", '`', '{NULL,"x"}', 'NULL', '', ' a '],
      ...['née 日本語 🦆', 'line\nline\r\ttab', '%_?$1:x', '\u0001', 'a,b}'],
    ]
    const record = (text: string, ID: number) =>
      sinkRecord({ topic: 't', value: { ID: BigInt(ID), text }, valueSchema: idAndText })
    await task.put(texts.map(record))
    const rows = await ask('SELECT * FROM t ORDER BY "ID"')
    assert.deepEqual(
      rows.map(({ text }) => text),
      texts,
    )
  })

  test('adds the columns of a newer schema while it runs, and writes the older one beside it', async () => {
    const { config, ask } = await place()
    const newer = structSchema({
      ID: { type: 'int64', optional: false },
      text: { type: 'string', optional: true },
      unit: { type: 'string', optional: false, default: "o'clock" },
      place: { type: 'string', optional: true },
    })
    const old = (ID: bigint) => at({ value: { ID, text: 'old' }, valueSchema: idAndText })
    const fresh = (ID: bigint, unit: string) =>
      at({ value: { ID, text: 'new', unit, place: 'attic' }, valueSchema: newer })
    await using task = await openSinkTask(jdbcSink, { ...config, ...upsert })
    await task.put([old(1n), fresh(2n, 'kW'), old(3n), fresh(3n, 'W')])
    await task.put([old(4n)])
    const rows = await ask('SELECT * FROM "Readings" ORDER BY "ID"')
    assert.deepEqual(
      rows.map(({ text, unit, place }) => [text, unit, place]),
      [
        ['old', "o'clock", null],
        ['new', 'kW', 'attic'],
        ['new', 'W', 'attic'],
        ['old', "o'clock", null],
      ],
    )
  })

  test('leaves a table alone that it may not change, and says what to do', async () => {
    const { config, ask } = await place()
    const closed = { ...config, ...upsert, 'auto.create': 'false', 'auto.evolve': 'false' }
    await using task = await openSinkTask(jdbcSink, closed)
    await assert.rejects(task.put([meter(0, 'boston')]), /does not exist and auto\.create is false/)
    await ask('CREATE TABLE "Readings" ("ID" BIGINT PRIMARY KEY)')
    await assert.rejects(task.put([meter(0, 'boston')]), (error: Error) => {
      assert.ok(error instanceof BadRecordError)
      assert.match(error.message, /no column for 'profile_name'.*auto\.evolve is false/)
      return true
    })
  })

  test('deletes the row of a record without a value, in the order of the records', async () => {
    const { config, ask } = await place()
    await using task = await openSinkTask(jdbcSink, { ...config, ...upsert, ...byKey })
    await task.put([keyed('a', null)])
    await task.put([
      keyed('a', 1),
      keyed('b', 1),
      keyed('a', null),
      keyed('c', null),
      keyed('c', 2),
    ])
    assert.deepEqual(await keysAndValues(ask), ['b 1', 'c 2'])
    await task.put([keyed('b', null), keyed('c', 3), keyed('c', null), keyed('C', 4)])
    assert.deepEqual(await keysAndValues(ask), ['C 4'])
  })

  test('inserts and deletes take turns as the records do', async () => {
    const { config, ask } = await place()
    const insert = { ...upsert, ...byKey, 'insert.mode': 'insert' }
    await using task = await openSinkTask(jdbcSink, { ...config, ...insert })
    await task.put([keyed('a', 1), keyed('b', 1), keyed('a', null), keyed('a', 2)])
    assert.deepEqual(await keysAndValues(ask), ['a 2', 'b 1'])
    await assert.rejects(task.put([keyed('c', 1), keyed('b', 2)]), BadRecordError)
    assert.deepEqual(await keysAndValues(ask), ['a 2', 'b 1'])
  })

  test('updates rows that are there, and makes none', async () => {
    const { config, ask } = await place()
    const update = { ...upsert, ...byKey, 'insert.mode': 'update' }
    await using filler = await openSinkTask(jdbcSink, { ...config, ...upsert, ...byKey })
    await filler.put([keyed('a', 1), keyed('b', 1)])
    await using task = await openSinkTask(jdbcSink, { ...config, ...update })
    await task.put([keyed('a', 2), keyed('c', 2), keyed('a', 3)])
    assert.deepEqual(await keysAndValues(ask), ['a 3', 'b 1'])
  })

  test('keys rows by where the record was read', async () => {
    const { config, ask } = await place()
    const kafka = { ...upsert, 'pk.mode': 'kafka', 'pk.fields': '' }
    await using task = await openSinkTask(jdbcSink, { ...config, ...kafka })
    const record = at({ value: { ID: 5n, text: 'x' }, valueSchema: idAndText, offset: 12 })
    await task.put([record])
    await task.put([record])
    const [row] = await ask('SELECT * FROM "Readings"')
    assert.deepEqual(
      { ...row },
      {
        ...{ __connect_topic: 'Readings', __connect_partition: 0, __connect_offset: 12 },
        ...{ ID: 5, text: 'x' },
      },
    )
  })

  test('takes plain texts as rows of one column', async () => {
    const { config, ask } = await place()
    const texts = { ...config, 'auto.create': 'true', 'table.name.format': 'log' }
    await using task = await openSinkTask(jdbcSink, texts)
    const schema = { type: 'string', optional: false } as const
    await task.put(['one', 'two'].map((value) => at({ value, valueSchema: schema })))
    const rows = await ask('SELECT * FROM log ORDER BY record_value')
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [{ record_value: 'one' }, { record_value: 'two' }],
    )
  })

  test('refuses what does not fit, cuts nothing, and writes nothing of its batch', async () => {
    const { config, ask } = await place()
    await ask('CREATE TABLE "Readings" ("ID" BIGINT PRIMARY KEY, text VARCHAR(5) NOT NULL)')
    await using task = await openSinkTask(jdbcSink, { ...config, ...upsert })
    const row = (ID: bigint, text: unknown) => at({ value: { ID, text }, valueSchema: idAndText })
    for (const bad of [row(2n, 'too long'), row(2n, null), row(2n, 42), at({ value: null })]) {
      await assert.rejects(task.put([row(1n, 'fits'), bad]), BadRecordError)
    }
    assert.deepEqual(await ask('SELECT * FROM "Readings"'), [])
    await task.put([row(1n, 'fits')])
    assert.equal((await ask('SELECT * FROM "Readings"')).length, 1)
  })

  test('an empty password that is wrong is no reason to wait, and the password is in no error', async () => {
    const { config } = await place()
    const denied = { ...config, 'connection.user': 'nobody', 'connection.password': 'hunter2' }
    await assert.rejects(openSinkTask(jdbcSink, denied), (error: Error) => {
      assert.ok(!(error instanceof RetriableError))
      assert.match(error.message, /Check the address, the user and the password/)
      assert.doesNotMatch(JSON.stringify(error) + error.message, /hunter2/)
      return true
    })
  })

  test('goes on by itself after the database was stopped and started', async () => {
    const { config, ask, server } = await place()
    await using task = await openSinkTask(jdbcSink, {
      ...config,
      ...upsert,
      'max.retries': '10000',
    })
    await task.put([meter(0, 'boston')])
    await server.stop()
    await assert.rejects(task.put([meter(1, 'boston')]), RetriableError)
    await assert.rejects(task.put([meter(1, 'boston')]), RetriableError)
    await server.start()
    assert.deepEqual(await deliver(task, [meter(1, 'boston')]), [])
    assert.equal((await ask('SELECT * FROM "Readings"')).length, 2)
  })

  test('gives up after max.retries attempts', async () => {
    const { config, server } = await place()
    await using task = await openSinkTask(jdbcSink, { ...config, ...upsert, 'max.retries': '2' })
    await server.stop()
    try {
      await assert.rejects(task.put([meter(1, 'boston')]), RetriableError)
      await assert.rejects(task.put([meter(1, 'boston')]), RetriableError)
      await assert.rejects(task.put([meter(1, 'boston')]), /in 3 attempts.*\(max\.retries\)/)
    } finally {
      await server.start()
    }
  })
})

const byKey = { 'pk.mode': 'record_key', 'pk.fields': 'name', 'delete.enabled': 'true' }

const count = structSchema({ count: { type: 'int32', optional: true } })

function keyed(key: string, value: number | null) {
  const schemas = { keySchema: { type: 'string', optional: false } as const, valueSchema: count }
  if (value === null) return at({ key, ...schemas, value, valueSchema: null })
  return at({ key, ...schemas, value: { count: value } })
}

async function keysAndValues(ask: (sql: string) => Promise<Record<string, unknown>[]>) {
  const rows = await ask('SELECT name, "count" FROM "Readings"')
  return rows.map(({ name, count }) => `${name} ${count}`).sort()
}

function at(parts: RecordParts) {
  return sinkRecord(parts)
}

const reading = { temperature: 51.3, humidity: null, pressure: 1.019 }

function meter(id: number, profile: string) {
  const modified = new Date('2023-02-24T16:57:11.963Z')
  const value = { ID: BigInt(id), profile_name: profile, ...reading, modified }
  return at({ value, valueSchema: meterSchema, offset: id })
}

function readingRow(id: number, profile: string) {
  return { ID: id, profile_name: profile, ...reading, modified: '2023-02-24 16:57:11.963' }
}
