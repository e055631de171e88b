/** What a sink keeps is complete, and nothing in it twice, whatever goes away while it works. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, seededRandom } from '../../src/base/random.ts'
import { eventually } from '../helpers/eventually.ts'
import { forward } from '../helpers/forwarder.ts'
import { startMariadb } from '../helpers/mariadb.ts'
import { withoutPeer } from '../helpers/peers.ts'
import {
  completes,
  counted,
  insertOnce,
  readingsDatabase,
  startReadings,
  tableSink,
  upsert,
} from '../helpers/reading-tables.ts'
import { startRedis } from '../helpers/redis.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)

test(`a database that is stopped, killed and started again has every reading once (SEED=${seed})`, {
  skip: withoutPeer('mariadb'),
}, async (t) => {
  const random = seededRandom(seed)
  const database = await startMariadb(t)
  await database.makeDatabase(readingsDatabase)
  const { readings, connect } = await startReadings(t)
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
  await database.makeDatabase(readingsDatabase)
  const network = await forward(t, () => database.port)
  const { readings, connect } = await startReadings(t)
  await connect('inserts', tableSink(network.port, 'inserted', insertOnce))
  for (let cut = 0; cut < 6; cut++) {
    const { connections } = network
    const way = pick(random, ['there', 'back'] as const)
    // Less than these readings are, however few statements they make.
    network.cutAfter(between(random, 1, way === 'there' ? 20_000 : 40), way)
    await readings.send(1500)
    await eventually('it was cut', () => network.connections > connections)
  }
  await completes(database, 'inserted', readings.next)
})

test(`a Redis that is killed, or whose answers are lost, has every reading once (SEED=${seed})`, {
  skip: withoutPeer('redis'),
}, async (t) => {
  const random = seededRandom(seed)
  const redis = await startRedis(t)
  const network = await forward(t, () => redis.port)
  const { rest, readings, connect } = await startReadings(t)
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
    await eventually('it was away', () => network.connections > connections)
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
