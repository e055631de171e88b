/** What a sink keeps is complete, and nothing in it twice, whatever goes away while it works. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { between, pick, seededRandom } from '../../src/base/random.ts'
import { ConnectRest } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { forward } from '../helpers/forwarder.ts'
import { type LeatSettings, startLeat } from '../helpers/leat.ts'
import { type Mariadb, startMariadb } from '../helpers/mariadb.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { Readings, readingsTopic } from '../helpers/readings.ts'
import { startRedis } from '../helpers/redis.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)

async function start(t: TestContext, settings: LeatSettings = {}) {
  const leat = await startLeat(t, { registry: true, connectors: {}, ...settings })
  const rest = new ConnectRest(leat.connectUrl)
  const readings = await Readings.open(t, leat.brokers, leat.registryUrl)
  const connect = async (name: string, config: Record<string, string>) => {
    const common = { topics: readingsTopic, 'value.converter': 'AvroConverter', 'tasks.max': '2' }
    const made = await rest.ask('PUT', `/connectors/${name}/config`, { ...common, ...config })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    await rest.becomes(name, 'RUNNING', 2)
  }
  return { leat, rest, readings, connect }
}

/** A sink into the table of this name. */
function tableSink(port: number, table: string, mode: Record<string, string>) {
  return {
    'connector.class': 'io.confluent.connect.jdbc.JdbcSinkConnector',
    'connection.url': `jdbc:mariadb://127.0.0.1:${port}/readings`,
    'connection.user': 'root',
    'table.name.format': table,
    'auto.create': 'true',
    'auto.evolve': 'true',
    'retry.backoff.ms': '100',
    'max.retries': '1000',
    ...mode,
  }
}

const upsert = { 'insert.mode': 'upsert', 'pk.mode': 'record_value', 'pk.fields': 'id' }
const insertOnce = { 'insert.mode': 'insert', consistency: 'exactly-once' }

/** How many rows a table has, how many different ones, and the last of them. */
async function counted(database: Mariadb, table: string) {
  const sql = `SELECT COUNT(*) AS n, COUNT(DISTINCT id) AS ids, MAX(id) AS last FROM ${table}`
  // Neither the database nor the table need be there yet.
  const [row] = await database.ask('readings', sql).catch(() => [])
  return { rows: Number(row?.n ?? 0), ids: Number(row?.ids ?? 0), last: Number(row?.last ?? -1) }
}

async function completes(database: Mariadb, table: string, count: number): Promise<void> {
  const all = { rows: count, ids: count, last: count - 1 }
  await eventually(
    `all are in ${table}`,
    async () => (await counted(database, table)).ids >= count,
    60_000,
  )
  assert.deepEqual(await counted(database, table), all)
}

test(`a database that is stopped, killed and started again has every reading once (SEED=${seed})`, {
  skip: withoutPeer('mariadb'),
}, async (t) => {
  const random = seededRandom(seed)
  const database = await startMariadb(t)
  await database.makeDatabase('readings')
  const { readings, connect } = await start(t)
  await connect('upserts', tableSink(database.port, 'upserted', upsert))
  await connect('inserts', tableSink(database.port, 'inserted', insertOnce))
  for (const outage of ['stop', 'kill', 'stop', 'kill'] as const) {
    const enough = readings.next + between(random, 1, 3000)
    const sending = readings.send(4000)
    await eventually(
      'some are rows',
      async () => (await counted(database, 'inserted')).ids > enough,
    )
    await database[outage]()
    await readings.send(1000)
    await database.start()
    await sending
  }
  await completes(database, 'upserted', readings.next)
  await completes(database, 'inserted', readings.next)
})

test(`a network that is cut in mid-batch, there or back, loses no row and doubles none (SEED=${seed})`, {
  skip: withoutPeer('mariadb'),
}, async (t) => {
  const random = seededRandom(seed)
  const database = await startMariadb(t)
  await database.makeDatabase('readings')
  const network = await forward(t, () => database.port)
  const { readings, connect } = await start(t)
  await connect('inserts', tableSink(network.port, 'inserted', insertOnce))
  for (let cut = 0; cut < 12; cut++) {
    const { connections } = network
    const way = pick(random, ['there', 'back'] as const)
    network.cutAfter(between(random, 1, way === 'there' ? 60_000 : 200), way)
    await readings.send(1500)
    await eventually('it was cut', () => network.connections > connections, 30_000)
  }
  await completes(database, 'inserted', readings.next)
})

test(`a Redis that is killed, or whose answers are lost, has every reading once (SEED=${seed})`, {
  skip: withoutPeer('redis'),
}, async (t) => {
  const random = seededRandom(seed)
  const redis = await startRedis(t)
  const network = await forward(t, () => redis.port)
  const { rest, readings, connect } = await start(t)
  await connect('list', {
    'connector.class': 'com.redis.kafka.connect.RedisSinkConnector',
    'redis.uri': `redis://:${redis.password}@127.0.0.1:${network.port}`,
    'redis.type': 'LIST',
    'redis.keyspace': 'list',
    'key.converter': 'StringConverter',
    'errors.retry.delay.max.ms': '500',
  })
  for (let outage = 0; outage < 8; outage++) {
    const how = outage % 2 === 0 ? 'kill' : pick(random, ['there', 'back'] as const)
    const { connections } = network
    if (how !== 'kill') network.cutAfter(between(random, 1, how === 'there' ? 30_000 : 100), how)
    const sending = readings.send(2000)
    if (how === 'kill') {
      await redis.kill()
      await readings.send(500)
      await redis.start()
    }
    await sending
    await eventually('it was away', () => network.connections > connections, 30_000)
  }
  const members = async () => (await redis.ask(0, 'lrange', 'list', '0', '-1')).split('\n')
  await eventually(
    'all are there',
    async () => new Set(await members()).size >= readings.next,
    60_000,
  )
  assert.equal((await members()).length, readings.next, 'nothing is in it twice')
  await rest.becomes('list', 'RUNNING', 2)
})
