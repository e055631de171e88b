/** The Redis sinks on a real Redis, driven through the kit's contract. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { createClient } from '@redis/client'
import { BadRecordError, RetriableError } from '../../src/connect/kit/index.ts'
import { redisKeyValueSink } from '../../src/connectors/redis/key-value.ts'
import { redisTypedSink } from '../../src/connectors/redis/typed.ts'
import { deliver, openSinkTask, sinkRecord, structSchema } from '../helpers/connector-tasks.ts'
import { forward } from '../helpers/forwarder.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { startRedis } from '../helpers/redis.ts'
import { shared } from '../helpers/subject.ts'

describe('the Redis sinks', { skip: withoutPeer('redis') }, () => {
  const server = shared(startRedis)

  async function keyValue(database: number, more: Record<string, string> = {}) {
    const { port, password } = await server()
    return await openSinkTask(redisKeyValueSink, {
      ...{ 'redis.hosts': `127.0.0.1:${port}`, 'redis.password': password },
      ...{ 'redis.database': String(database), ...more },
    })
  }

  async function typed(database: number, type: string, more: Record<string, string> = {}) {
    const { port, password } = await server()
    const uri = `redis://:${password}@127.0.0.1:${port}/${database}`
    return await openSinkTask(redisTypedSink, { 'redis.uri': uri, 'redis.type': type, ...more })
  }

  test('an image of more than 1 MB is in Redis byte for byte, in database 1 by default', async () => {
    const { port, password } = await server()
    const image = randomBytes(1_500_000)
    const config = { 'redis.hostname': '127.0.0.1', 'redis.portnumber': String(port) }
    await using task = await openSinkTask(redisKeyValueSink, {
      ...{ ...config, 'redis.server.password': password, 'redis.ssl.mode': 'disabled' },
      ...{ 'input.data.format': 'BYTES', 'input.key.format': 'STRING' },
    })
    await task.put([sinkRecord({ topic: 'ToRedis', key: 'fromKafka', value: image })])
    const client = createClient({
      ...{ url: `redis://:${password}@127.0.0.1:${port}/1`, RESP: 2 },
    })
    await client.connect()
    const found = await client.withTypeMapping({ 36: Buffer }).get('fromKafka')
    client.destroy()
    assert.ok(Buffer.isBuffer(found))
    assert.equal(sha256(found), sha256(image))
  })

  test('a record without a value deletes its key; the offset stands beside the data', async () => {
    const { ask } = bound(await server())
    await using task = await keyValue(2)
    await task.put([
      sinkRecord({ topic: 't', offset: 0, key: 'a', value: 'one' }),
      sinkRecord({ topic: 't', offset: 1, key: Buffer.from('b'), value: Buffer.from('two') }),
      sinkRecord({ topic: 't', offset: 2, key: 'a', value: null }),
    ])
    assert.equal(await ask(2, 'EXISTS', 'a'), '0')
    assert.equal(await ask(2, 'GET', 'b'), 'two')
    assert.deepEqual(JSON.parse(await ask(2, 'GET', '__kafka.offset.t.0')), {
      ...{ topic: 't', partition: 0, offset: 3 },
    })
  })

  test('reading begins at the offset in Redis, at 0 where it has none, and nothing is written twice', async () => {
    const { ask } = bound(await server())
    await ask(3, 'SET', '__kafka.offset.t.0', '{"topic":"t","partition":0,"offset":5}')
    await using task = await keyValue(3)
    const partitions = [0, 1].map((partition) => ({ topic: 't', partition }))
    assert.deepEqual(await task.assigned?.(partitions), [
      { topic: 't', partition: 0, next: 5n },
      { topic: 't', partition: 1, next: 0n },
    ])
    await task.put([
      sinkRecord({ topic: 't', offset: 4, key: 'k', value: 'old' }),
      sinkRecord({ topic: 't', offset: 5, key: 'k2', value: 'new' }),
    ])
    assert.equal(await ask(3, 'EXISTS', 'k'), '0')
    assert.equal(await ask(3, 'GET', 'k2'), 'new')
  })

  test('records without a key, or with an empty one, are bad; those around them are written', async () => {
    const { ask } = bound(await server())
    await using task = await keyValue(4)
    const bad = [
      sinkRecord({ offset: 1, value: 'x' }),
      sinkRecord({ offset: 2, key: '', value: 'x' }),
    ]
    const refused = await deliver(task, [
      sinkRecord({ offset: 0, key: 'a', value: '1' }),
      ...bad,
      sinkRecord({ offset: 3, key: 'b', value: '2' }),
    ])
    assert.deepEqual(refused, bad)
    assert.deepEqual([await ask(4, 'GET', 'a'), await ask(4, 'GET', 'b')], ['1', '2'])
    const number = sinkRecord({ offset: 4, key: 'c', value: 1 })
    await assert.rejects(task.put([number]), /ByteArrayConverter/)
  })

  test('a Redis that went away is waited for, and gets what it missed', async (t) => {
    const redis = await startRedis(t)
    await using task = await openSinkTask(redisKeyValueSink, {
      ...{ 'redis.hosts': `127.0.0.1:${redis.port}`, 'redis.password': redis.password },
    })
    await task.put([sinkRecord({ offset: 0, key: 'a', value: '1' })])
    await redis.kill()
    const record = sinkRecord({ offset: 1, key: 'a', value: '2' })
    await assert.rejects(task.put([record]), RetriableError)
    await assert.rejects(task.put([record]), RetriableError)
    await redis.start()
    assert.deepEqual(await deliver(task, [record]), [])
    assert.equal(await redis.ask(1, 'GET', 'a'), '2')
  })

  test('what was written while its answer got lost is not written again', async (t) => {
    const { port, password } = await server()
    const network = await forward(t, () => port)
    const uri = `redis://:${password}@127.0.0.1:${network.port}/10`
    const config = { 'redis.uri': uri, 'redis.type': 'LIST' }
    await using task = await openSinkTask(redisTypedSink, config)
    await task.assigned?.([{ topic: 't', partition: 0 }])
    network.cutAfter(1, 'back')
    const records = [sinkRecord({ topic: 't', offset: 0, key: 'a', value: 'x' })]
    await assert.rejects(task.put(records), RetriableError)
    await task.put(records)
    assert.equal(await (await server()).ask(10, 'LRANGE', 't', '0', '-1'), 'a')
  })

  test('a Redis that has lost what it had ends the task, which begins again from there', async (t) => {
    const redis = await server()
    const network = await forward(t, () => redis.port)
    const config = { 'redis.hosts': `127.0.0.1:${network.port}`, 'redis.password': redis.password }
    const open = () => openSinkTask(redisKeyValueSink, { ...config, 'redis.database': '11' })
    await using task = await open()
    await task.assigned?.([{ topic: 't', partition: 0 }])
    const record = (offset: number) =>
      sinkRecord({ topic: 't', offset, key: `${offset}`, value: 'x' })
    await task.put([record(0), record(1)])
    await redis.ask(11, 'SET', '__kafka.offset.t.0', '{"topic":"t","partition":0,"offset":1}')
    network.cut()
    await assert.rejects(task.put([record(2)]), RetriableError)
    await assert.rejects(task.put([record(2)]), { code: 'fell-behind', message: /went back to 1/ })
    await using next = await open()
    assert.deepEqual(await next.assigned?.([{ topic: 't', partition: 0 }]), [
      { topic: 't', partition: 0, next: 1n },
    ])
  })

  test('a wrong password ends the task, and its text is not repeated', async () => {
    await assert.rejects(keyValue(5, { 'redis.password': 'not-this-one' }), (error: Error) => {
      assert.match(error.message, /refuses this connector/)
      assert.doesNotMatch(error.message, /not-this-one/)
      return true
    })
  })

  test('strings and hashes have keys in their keyspace, and expire where asked', async () => {
    const { ask } = bound(await server())
    await using strings = await typed(6, 'STRING', { 'redis.key.ttl': '100' })
    await strings.put([sinkRecord({ topic: 'app', key: 'k', value: 'v' })])
    assert.equal(await ask(6, 'GET', 'app:k'), 'v')
    const leftSeconds = Number(await ask(6, 'TTL', 'app:k'))
    assert.ok(leftSeconds > 0 && leftSeconds <= 100, `${leftSeconds} s`)
    await using hashes = await typed(6, 'HASH', { 'redis.keyspace': 'h', 'redis.separator': '/' })
    await hashes.put([
      sinkRecord({ topic: 'meters', key: '7', value: reading, valueSchema: schema }),
    ])
    assert.deepEqual((await ask(6, 'HGETALL', 'h/7')).split('\n'), [
      ...['name', 'boston', 'ID', '9007199254740993'],
    ])
    await hashes.put([sinkRecord({ topic: 'meters', offset: 1, key: '7', value: null })])
    assert.equal(await ask(6, 'EXISTS', 'h/7'), '0')
  })

  test('streams get an entry for each record, lists, sets and sorted sets its key', async () => {
    const { ask } = bound(await server())
    await using streams = await typed(7, 'STREAM')
    await streams.put([0, 1].map((offset) => sinkRecord({ topic: 's', offset, value: reading })))
    assert.equal(await ask(7, 'XLEN', 's'), '2')
    for (const type of ['LIST', 'SET', 'ZSET'] as const) {
      await using task = await typed(7, type, { 'redis.keyspace': type })
      const record = (offset: number, key: string, value: number | null) =>
        sinkRecord({ topic: type, offset, key, value })
      await task.put([
        record(0, 'a', 2),
        record(1, 'b', 1),
        record(2, 'c', 3),
        record(3, 'b', null),
      ])
    }
    assert.equal(await ask(7, 'LRANGE', 'LIST', '0', '-1'), 'a\nc')
    assert.equal(await ask(7, 'SCARD', 'SET'), '2')
    assert.equal(await ask(7, 'ZRANGE', 'ZSET', '0', '-1', 'WITHSCORES'), 'a\n2\nc\n3')
  })

  test('a key of another type makes its record bad, and the offset does not pass it', async () => {
    const { ask } = bound(await server())
    await ask(8, 'SET', 'taken', 'a string')
    await using task = await typed(8, 'SET', { 'redis.keyspace': 'taken' })
    await task.assigned?.([{ topic: 't', partition: 0 }])
    const record = sinkRecord({ topic: 't', offset: 0, key: 'member', value: 'x' })
    await assert.rejects(task.put([record]), BadRecordError)
    const kept = await ask(8, 'GET', 'com.redis.kafka.connect.sink.offset.t.0')
    assert.equal(JSON.parse(kept).offset, 0)
  })
})

const schema = structSchema({
  name: { type: 'string', optional: false },
  ID: { type: 'int64', optional: false },
  missing: { type: 'string', optional: true },
})
const reading = { name: 'boston', ID: 9007199254740993n, missing: null }

function bound(redis: Awaited<ReturnType<typeof startRedis>>) {
  return { ask: redis.ask.bind(redis) }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
