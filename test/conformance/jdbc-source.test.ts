/** The JDBC source on real databases, driven through the kit's contract. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause, systemClock } from '../../src/base/clock.ts'
import { between, type Random, seededRandom } from '../../src/base/random.ts'
import type { SourceRecord } from '../../src/connect/kit/index.ts'
import { surroundings } from '../../src/connect/testing/index.ts'
import { jdbcSink } from '../../src/connectors/jdbc/sink/plugins.ts'
import {
  jdbcSource,
  mysqlSource,
  postgresSource,
} from '../../src/connectors/jdbc/source/plugins.ts'
import { connectPlace } from '../helpers/connect.ts'
import {
  collect,
  meterSchema,
  openSinkTask,
  openSourceTask,
  StoredOffsets,
  sinkRecord,
  structSchema,
  valuesOf,
} from '../helpers/connector-tasks.ts'
import { describeDatabases, type Place } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { forward } from '../helpers/forwarder.ts'
import { countOf } from '../helpers/mirrors.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Asks again and again, as quick as a tool that shows what a server does may be. */
async function watch(signal: AbortSignal, ask: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await ask()
    await pause(20, { clock: systemClock })
  }
}

const quick = { 'poll.interval.ms': '100', 'poll.linger.ms': '100', 'topic.prefix': 'SM_' }

const byTime = { ...quick, mode: 'timestamp', 'timestamp.column.name': 'modified' }
const byNumber = { ...quick, mode: 'incrementing', 'incrementing.column.name': 'ID' }
const byBoth = { ...byTime, ...byNumber, mode: 'timestamp+incrementing' }

describeDatabases('the JDBC source', (place, system) => {
  const schemaName = (made: Place) => (system === 'mysql' ? made.database : 'public')

  /** A table that counts its rows and tells their time; the statement that adds one. */
  async function clockedTable(made: Place): Promise<string> {
    const time = system === 'mysql' ? 'DATETIME(3)' : 'TIMESTAMPTZ'
    const id = system === 'mysql' ? 'BIGINT AUTO_INCREMENT' : 'BIGSERIAL'
    await made.ask(`CREATE TABLE t ("ID" ${id} PRIMARY KEY, modified ${time} NOT NULL)`)
    return `INSERT INTO t (modified) VALUES (${system === 'mysql' ? 'NOW(3)' : 'now()'})`
  }

  test("reads the smart meter's table as its records were written, in Confluent's words", async () => {
    const made = await place()
    await fill(made, [0, 1, 2])
    const plugin = system === 'mysql' ? mysqlSource : postgresSource
    const form = {
      ...{ 'connection.host': '127.0.0.1', 'connection.port': `${made.server.port}` },
      ...{ 'connection.user': made.server.user, 'db.name': made.database },
      ...{ 'table.whitelist': 'Readings', 'timestamp.column.name': 'modified', ...quick },
      ...{ 'output.data.format': 'AVRO' },
    }
    await using task = await openSourceTask(plugin as typeof mysqlSource, form)
    const records = await collect(task, 3)
    const [first] = records
    assert.equal(first?.topic, 'SM_Readings')
    assert.equal(first?.key, null)
    assert.deepEqual(first?.valueSchema, { ...meterSchema, name: 'Readings' })
    assert.deepEqual(
      records.map(({ value }) => value),
      [0, 1, 2].map(meterValue),
    )
    assert.deepEqual(first?.sourcePartition, {
      ...{ protocol: '1', table: `${schemaName(made)}.Readings` },
    })
    assert.deepEqual(first?.sourceOffset, {
      ...{ timestamp: 1_677_257_831_000, timestamp_nanos: 0 },
    })
  })

  test('every type comes back as it went in', async () => {
    const made = await place()
    const upsert = { ...made.config, ...keyed, 'insert.mode': 'upsert' }
    await using sink = await openSinkTask(jdbcSink, upsert)
    const values = [least, absent, greatest]
    await sink.put(values.map((value) => sinkRecord({ topic: 't', value, valueSchema: everyType })))
    await using task = await openSourceTask(jdbcSource, { ...made.config, ...byNumber })
    const records = await collect(task, 3)
    assert.deepEqual(
      records.map(({ value }) => value),
      system === 'mysql' ? values.map(withoutBooleans) : values,
    )
  })

  test('goes on where it was, by number, by time and by both', async () => {
    for (const mode of [byNumber, byTime, byBoth]) {
      const made = await place()
      await fill(made, [0, 1, 2])
      const offsets = new StoredOffsets()
      {
        await using task = await openSourceTask(jdbcSource, { ...made.config, ...mode }, offsets)
        assert.deepEqual(ids(await collect(task, 3, offsets)), [0, 1, 2])
      }
      await fill(made, [3, 4])
      await using task = await openSourceTask(jdbcSource, { ...made.config, ...mode }, offsets)
      assert.deepEqual(ids(await collect(task, 2, offsets)), [3, 4], mode.mode)
    }
  })

  test("goes on from offsets that Confluent's connector stored", async () => {
    const made = await place()
    await fill(made, [0, 1, 2])
    const offsets = new StoredOffsets()
    const table = `${schemaName(made)}.Readings`
    const offset = { incrementing: 0, timestamp: 1_677_257_832_000, timestamp_nanos: 0 }
    offsets.set({ protocol: '1', table }, offset)
    await using task = await openSourceTask(jdbcSource, { ...made.config, ...byBoth }, offsets)
    assert.deepEqual(ids(await collect(task, 2)), [1, 2])
  })

  test('rows of one time are never parted by a restart, however few are taken at once', async () => {
    const made = await place()
    const same = [0, 1, 2, 3, 4, 5, 6]
    await fill(made, same, () => 0)
    const offsets = new StoredOffsets()
    const few = { ...made.config, ...byTime, 'batch.max.rows': '3' }
    {
      await using task = await openSourceTask(jdbcSource, few, offsets)
      assert.equal((await collect(task, 3, offsets)).length, 3)
    }
    await using task = await openSourceTask(jdbcSource, few, offsets)
    const again = ids(await collect(task, 7, offsets))
    assert.deepEqual(again.toSorted(), same)
  })

  test('a changed row comes again, by its time', async () => {
    const made = await place()
    await fill(made, [0, 1])
    await using task = await openSourceTask(jdbcSource, { ...made.config, ...byBoth })
    await collect(task, 2)
    await fill(made, [0], () => 9)
    assert.deepEqual(ids(await collect(task, 1)), [0])
  })

  test('reads everything each time in bulk, and what a query says', async () => {
    const made = await place()
    await fill(made, [0, 1])
    const bulk = { ...made.config, ...quick, mode: 'bulk' }
    await using task = await openSourceTask(jdbcSource, bulk)
    const twice = await collect(task, 4)
    assert.deepEqual(ids(twice).slice(0, 4), [0, 1, 0, 1])
    assert.deepEqual(twice[0]?.sourcePartition, { table: 'Readings' })
    const mark = system === 'mysql' ? '`' : '"'
    const query = `SELECT ${mark}ID${mark} AS ${mark}ID${mark}, 7 AS seven FROM ${mark}Readings${mark} WHERE ${mark}ID${mark} > 0`
    await using asked = await openSourceTask(jdbcSource, { ...made.config, ...byNumber, query })
    const [row] = await collect(asked, 1)
    assert.equal(row?.topic, 'SM_')
    assert.deepEqual({ ...(row?.value as object) }, { ID: 1n, seven: 7 })
    assert.deepEqual(row?.sourcePartition, { query: 'query' })
  })

  test('a row that is committed late is read, by number and by time', async () => {
    const inMode = async (mode: Record<string, string>) => {
      const made = await place()
      const insert = await clockedTable(made)
      await using task = await openSourceTask(jdbcSource, { ...made.config, ...mode })
      await using slow = await made.converse()
      await slow.ask('BEGIN')
      await slow.ask(insert)
      for (let fast = 0; fast < 3; fast++) await made.ask(insert)
      const seen: number[] = []
      for (let polls = 0; polls < 20; polls++) seen.push(...ids(await task.poll()))
      await slow.ask('COMMIT')
      await made.ask(insert)
      seen.push(...ids(await collect(task, 5 - seen.length)))
      assert.deepEqual(seen.toSorted(), [1, 2, 3, 4, 5], mode.mode)
    }
    await Promise.all([byNumber, byTime, byBoth].map(inMode))
  })

  test('a row that is committed late is read, also while others look at the transactions all the time', async () => {
    const made = await place()
    const insert = await clockedTable(made)
    await using task = await openSourceTask(jdbcSource, { ...made.config, ...byTime })
    await using slow = await made.converse()
    await using watcher = await made.converse()
    const transactions = system === 'mysql' ? 'information_schema.innodb_trx' : 'pg_stat_activity'
    const watching = new AbortController()
    const watched = watch(watching.signal, () =>
      watcher.ask(`SELECT COUNT(*) AS n FROM ${transactions}`),
    )
    await slow.ask('BEGIN')
    await slow.ask(insert)
    for (let fast = 0; fast < 3; fast++) await made.ask(insert)
    const seen: number[] = []
    for (let polls = 0; polls < 30; polls++) seen.push(...ids(await task.poll()))
    assert.deepEqual(seen, [])
    await slow.ask('COMMIT')
    watching.abort()
    await watched
    assert.deepEqual(ids(await collect(task, 4)), [1, 2, 3, 4])
  })

  test(`no row of writers who commit when they like is lost (SEED=${seed})`, async () => {
    const inMode = async (mode: Record<string, string>) => {
      const made = await place()
      const insert = await clockedTable(made)
      const random = seededRandom(seed)
      await using task = await openSourceTask(jdbcSource, { ...made.config, ...mode })
      let isWritten = false
      const written = Promise.all(
        Array.from({ length: 6 }, () => writeAtRandom(made, insert, random)),
      ).finally(() => {
        isWritten = true
      })
      const seen: number[] = []
      while (!isWritten) seen.push(...ids(await task.poll()))
      await written
      const rows = await made.ask('SELECT "ID" FROM t ORDER BY "ID"')
      seen.push(...ids(await collect(task, rows.length - seen.length)))
      const expected = rows.map(({ ID }) => Number(ID))
      assert.deepEqual(
        seen.toSorted((one, other) => one - other),
        expected,
        mode.mode,
      )
    }
    await Promise.all([byNumber, byTime, byBoth].map(inMode))
  })

  test('where the transactions of others cannot be seen, rows wait for leat.safe.delay.ms', async () => {
    const made = await place()
    const insert = await clockedTable(made)
    const [grant, stranger] = system === 'mysql' ? mysqlStranger : postgresqlStranger
    for (const sql of grant) await made.ask(sql)
    const config = { ...made.config, ...byNumber, 'connection.user': stranger }
    // Much longer than it is looked at below: a busy machine may take its time for that.
    const delayed = { ...config, 'leat.safe.delay.ms': '8000' }
    await using task = await openSourceTask(jdbcSource, delayed)
    await using slow = await made.converse()
    await slow.ask('BEGIN')
    await slow.ask(insert)
    await made.ask(insert)
    for (const end = performance.now() + 2000; performance.now() < end; ) {
      assert.deepEqual(await task.poll(), [])
    }
    await slow.ask('COMMIT')
    assert.deepEqual(ids(await collect(task, 2)), [1, 2])
  })

  test('gives tables to other tasks when some come, and each row is a record once', async (t) => {
    const [made, { client, worker }] = [await place(), await connectPlace(t)]
    const id = system === 'mysql' ? 'BIGINT AUTO_INCREMENT' : 'BIGSERIAL'
    const names: string[] = []
    const come = async (name: string) => {
      await made.ask(`CREATE TABLE ${name} (id ${id} PRIMARY KEY, note VARCHAR(9))`)
      names.push(name)
    }
    const rest = await worker()
    const config = {
      ...{ ...made.config, ...quick, mode: 'incrementing', 'incrementing.column.name': 'id' },
      ...{ 'connector.class': 'JdbcSource', 'table.poll.interval.ms': '100', 'tasks.max': '3' },
      ...{ 'poll.interval.ms': '1', 'poll.linger.ms': '1' },
    }
    for (const name of ['t9', 't8', 't7']) await come(name)
    const answer = await rest.ask('PUT', '/connectors/rows/config', config)
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    let isOver = false
    const inserting = (async () => {
      while (!isOver) {
        for (const name of names) await made.ask(`INSERT INTO ${name} (note) VALUES ('x'), ('y')`)
      }
    })()
    const heard = async (name: string) => Math.max(0, await countOf(client, `SM_${name}`))
    for (const name of ['t6', 't5', 't4']) {
      await come(name)
      await eventually(`${name} is read`, async () => (await heard(name)) > 0, 60_000)
    }
    isOver = true
    await inserting
    for (const name of names) {
      const [row] = await made.ask(`SELECT MAX(id) AS last FROM ${name}`)
      const last = Number(row?.last)
      await eventually(`${name} is read whole`, async () => (await heard(name)) >= last, 60_000)
      assert.equal(await heard(name), last, `${name} has rows twice`)
    }
    await rest.worker.close()
  })

  test('finds tables that come later, and shares them among tasks', async () => {
    const made = await place()
    for (const table of ['a', 'b', 'c']) await made.ask(`CREATE TABLE ${table} (id INT)`)
    const config = { ...made.config, ...quick, mode: 'bulk', 'table.poll.interval.ms': '100' }
    const values = valuesOf(jdbcSource.options, config)
    const planning = new AbortController()
    let asked = 0
    const context = {
      ...{ ...surroundings, signal: planning.signal, before: [] },
      planAgain: () => {
        asked += 1
      },
    }
    const shares = await jdbcSource.plan(values, 2, context)
    const named = (table: string) =>
      system === 'mysql' ? `\`${made.database}\`.\`${table}\`` : `"public"."${table}"`
    assert.deepEqual(
      shares.map(({ tables }) => tables),
      [named('a'), `${named('b')},${named('c')}`],
    )
    // What goes to another task is not read by two at a time.
    assert.deepEqual(
      shares.map((share) => jdbcSource.aloneWith?.(share)),
      [[named('a')], [named('b'), named('c')]],
    )
    await made.ask('CREATE TABLE d (id INT)')
    await eventually('a new plan is asked for', () => asked === 1)
    planning.abort()
  })

  test('goes on by itself after the database was stopped and started', async () => {
    const made = await place()
    await fill(made, [0, 1])
    await using task = await openSourceTask(jdbcSource, { ...made.config, ...byNumber })
    assert.deepEqual(ids(await collect(task, 2)), [0, 1])
    await made.server.stop()
    await assert.rejects(async () => {
      for (;;) await task.poll()
    }, /The database is away/)
    await made.server.start()
    await fill(made, [2])
    assert.deepEqual(ids(await collect(task, 1)), [2])
  })

  test('goes on by itself after the connection was cut in the middle of an answer', async (t) => {
    const made = await place()
    const count = 20_000
    await made.ask('CREATE TABLE t ("ID" BIGINT PRIMARY KEY, text TEXT)')
    const rows = Array.from({ length: count }, (_, id) => `(${id}, '${'x'.repeat(100)}')`)
    await made.ask(`INSERT INTO t VALUES ${rows.join()}`)
    const network = await forward(t, () => made.server.port)
    const url = made.config['connection.url'].replace(`:${made.server.port}`, `:${network.port}`)
    const config = { ...made.config, ...byNumber, 'connection.url': url, 'leat.safe': 'false' }
    const offsets = new StoredOffsets()
    await using task = await openSourceTask(jdbcSource, config, offsets)
    const { connections } = network
    network.cutAfter(1_000_000, 'back')
    const records = await collect(task, count, offsets)
    const ids = new Set(records.map(({ value }) => (value as { ID: bigint }).ID))
    assert.equal(ids.size, count)
    assert.ok(network.connections > connections)
  })

  test('goes on by itself after the connection was cut while nobody asked', async (t) => {
    const made = await place()
    await fill(made, [0])
    const network = await forward(t, () => made.server.port)
    const url = made.config['connection.url'].replace(`:${made.server.port}`, `:${network.port}`)
    const config = { ...made.config, ...byNumber, 'connection.url': url, 'leat.safe': 'false' }
    await using task = await openSourceTask(jdbcSource, config)
    assert.deepEqual(ids(await collect(task, 1)), [0])
    network.cut()
    await fill(made, [1])
    assert.deepEqual(ids(await collect(task, 1)), [1])
  })

  test('columns that cannot find rows are refused with what to do', async () => {
    const made = await place()
    await made.ask('CREATE TABLE t (id INT, "when" DATE)')
    const refused = (config: Record<string, string>, message: RegExp) =>
      assert.rejects(openSourceTask(jdbcSource, { ...made.config, ...quick, ...config }), message)
    const named = (name: string) => ({ 'incrementing.column.name': name })
    await refused({ mode: 'incrementing' }, /no column that counts by itself/)
    await refused({ mode: 'incrementing', ...named('absent') }, /no column 'absent'/)
    await refused({ mode: 'incrementing', ...named('id') }, /make it NOT NULL/)
  })
})

/** Users who may see no transactions but their own. */
const mysqlStranger = [
  ["CREATE USER IF NOT EXISTS stranger@'127.0.0.1'", "GRANT SELECT ON *.* TO stranger@'127.0.0.1'"],
  'stranger',
] as const

const postgresqlStranger = [
  ['CREATE ROLE stranger LOGIN', 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO stranger'],
  'stranger',
] as const

/** Transactions of a few rows that last for a while, of which some come to nothing. */
async function writeAtRandom(made: Place, insert: string, random: Random): Promise<void> {
  await using writer = await made.converse()
  for (let transactions = 0; transactions < 15; transactions++) {
    await writer.ask('BEGIN')
    for (let rows = between(random, 1, 3); rows > 0; rows--) {
      await writer.ask(insert)
      await pause(between(random, 0, 120), { clock: systemClock })
    }
    await writer.ask(between(random, 1, 5) === 1 ? 'ROLLBACK' : 'COMMIT')
  }
}

const keyed = {
  ...{ 'pk.mode': 'record_value', 'pk.fields': 'ID' },
  ...{ 'auto.create': 'true', 'auto.evolve': 'true' },
}

async function fill(
  { config }: Place,
  numbers: readonly number[],
  second = (id: number) => id,
): Promise<void> {
  await using sink = await openSinkTask(jdbcSink, { ...config, ...keyed, 'insert.mode': 'upsert' })
  const record = (id: number) =>
    sinkRecord({ value: { ...meterValue(second(id)), ID: BigInt(id) }, valueSchema: meterSchema })
  await sink.put(numbers.map(record))
}

function meterValue(id: number) {
  return {
    ...{ ID: BigInt(id), profile_name: 'boston', temperature: 51.3, humidity: null },
    ...{ pressure: 1.019, modified: new Date(1_677_257_831_000 + id * 1000) },
  }
}

function ids(records: readonly SourceRecord[]): number[] {
  return records.map(({ value }) => Number((value as { ID: bigint }).ID))
}

const named = (name: string) => `org.apache.kafka.connect.data.${name}`

const everyType = structSchema({
  ID: { type: 'int64', optional: false },
  tiny: { type: 'int8', optional: true },
  small: { type: 'int16', optional: true },
  whole: { type: 'int32', optional: true },
  single: { type: 'float32', optional: true },
  double: { type: 'float64', optional: true },
  yes: { type: 'boolean', optional: true },
  text: { type: 'string', optional: true },
  bytes: { type: 'bytes', optional: true },
  day: { type: 'int32', optional: true, name: named('Date') },
  hour: { type: 'int32', optional: true, name: named('Time') },
  instant: { type: 'int64', optional: true, name: named('Timestamp') },
})

const least = {
  ...{ ID: 1n, tiny: -128, small: -32_768, whole: -(2 ** 31), single: -0.5, double: 5e-300 },
  ...{ yes: false, text: '', bytes: Buffer.alloc(0), day: new Date('1000-01-01T00:00:00Z') },
  ...{ hour: new Date(0), instant: new Date('1000-01-01T00:00:00Z') },
}

const greatest = {
  ...{ ID: 2n ** 63n - 1n, tiny: 127, small: 32_767, whole: 2 ** 31 - 1, single: 1.5 },
  ...{ double: 1.7976931348623157e308, yes: true, text: 'ä'.repeat(20_000) },
  ...{ bytes: Buffer.from([0, 39, 92, 255]), day: new Date('9999-12-31T00:00:00Z') },
  ...{ hour: new Date(86_399_999), instant: new Date('9999-12-31T23:59:59.999Z') },
}

const absent = {
  ...{ ID: 2n, tiny: null, small: null, whole: null, single: null, double: null, yes: null },
  ...{ text: null, bytes: null, day: null, hour: null, instant: null },
}

/** MySQL has no booleans of its own. */
function withoutBooleans({ yes, ...value }: { yes: boolean | null }) {
  return { ...value, yes: yes === null ? null : Number(yes) }
}
