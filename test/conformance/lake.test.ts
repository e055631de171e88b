/** The S3 sink on somebody else's server, which stops, loses answers, and refuses. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { between, pick, seededRandom } from '../../src/base/random.ts'
import { RetriableError, type SinkRecord, type SinkTask } from '../../src/connect/kit/index.ts'
import { s3Sink } from '../../src/connectors/s3/sink.ts'
import { openStore } from '../../src/connectors/s3/stores/index.ts'
import { deliver, openSinkTask, sinkRecord, valuesOf } from '../helpers/connector-tasks.ts'
import { type Forwarder, forward } from '../helpers/forwarder.ts'
import { oneWriteAtATime } from '../helpers/one-write-at-a-time.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { type S3Server, secretKey, startS3 } from '../helpers/s3.ts'
import { shared } from '../helpers/subject.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const mebibyte = 2 ** 20
const partBytes = 5 * mebibyte
/** So that a file of `flush.size` needs three parts. */
const recordBytes = mebibyte / 2
const recordsAFile = 26

describe('the S3 sink on versitygw', { skip: withoutPeer('versitygw') }, () => {
  const server = shared(startS3)

  test('an object larger than a part is sent in parts, and is whole', async (t) => {
    const s3 = await startS3(t)
    await using task = await openTask(s3)
    const records = largeRecords(recordsAFile)
    await task.put(records.slice(0, -1))
    assert.deepEqual(await s3.objects(), [])
    assert.equal((await s3.unfinished()).length, 1)
    await task.put(records.slice(-1))
    assert.deepEqual(await numbersIn(s3), numbersOf(records))
    assert.deepEqual(await s3.unfinished(), [])
    await task.committed?.((await task.settled?.()) ?? [])
    const objects = (await s3.objects()).filter(({ key }) => !key.includes('/_leat/'))
    assert.equal(objects.length, 1)
  })

  test('a server that stops in the middle of a commit is waited for, and has each record once', async (t) => {
    const s3 = await startS3(t)
    await using task = await openTask(s3, { 's3.part.retries': '0' })
    const records = largeRecords(2 * recordsAFile)
    await task.put(records.slice(0, recordsAFile - 1))
    await s3.kill()
    await assert.rejects(task.put(records), RetriableError)
    await assert.rejects(task.put(records), RetriableError)
    await s3.start()
    assert.deepEqual(await deliver(task, records), [])
    assert.deepEqual(await numbersIn(s3), numbersOf(records))
  })

  test('a task that is closed while the server is away leaves without a complaint', async (t) => {
    const s3 = await startS3(t)
    const task = await openTask(s3, { 's3.part.retries': '0' })
    await task.put(largeRecords(recordsAFile - 1))
    await s3.kill()
    await task[Symbol.asyncDispose]()
  })

  for (const once of [true, false]) {
    for (const retries of ['0', '3']) {
      const how = `${once ? 'with' : 'without'} conditional writes, s3.part.retries ${retries}`
      test(`an object whose completion was done and not heard of is complete (${how})`, async (t) => {
        const s3 = await server()
        const network = await forward(t, () => s3.port)
        await using store = await openStore(storeValues(s3, network, retries), 0)
        const key = `unheard-${once}-${retries}`
        const upload = store.upload(key, once)
        await upload.write([Buffer.alloc(partBytes, 'x')])
        network.cutAfter(1, 'back')
        if (retries === '0') await assert.rejects(upload.complete(), RetriableError)
        await upload.complete()
        const [object] = await s3.objects(key)
        assert.equal(object?.bytes.length, partBytes)
      })
    }
  }

  test('a task whose parts somebody has removed ends and says so; the next one writes all', async (t) => {
    const s3 = await startS3(t)
    const records = largeRecords(recordsAFile)
    const task = await openTask(s3)
    await task.put(records.slice(0, -1))
    await s3.removeUnfinished()
    await assert.rejects(task.put(records.slice(-1)), (error: Error) => {
      assert.ok(!(error instanceof RetriableError), error.message)
      assert.match(error.message, /start the task again/)
      return true
    })
    await task[Symbol.asyncDispose]()
    await using next = await openTask(s3)
    await next.put(records)
    assert.deepEqual(await numbersIn(s3), numbersOf(records))
  })

  test('an object that is there already stays, and the parts of the other one go', async () => {
    const s3 = await server()
    await using store = await openStore(valuesOf(s3Sink.options, sinkConfig(s3)), 0)
    for (const letter of ['a', 'b']) {
      const upload = store.upload('twice', true)
      await upload.write([Buffer.alloc(partBytes, letter)])
      await upload.complete()
    }
    const [object] = await s3.objects('twice')
    assert.equal(object?.bytes[0], 'a'.charCodeAt(0))
    assert.deepEqual(await s3.unfinished(), [])
  })

  test('an object that a killed server believes in and does not have is written', async () => {
    const s3 = await server()
    await using store = await openStore(valuesOf(s3Sink.options, sinkConfig(s3)), 0)
    for (const bytes of [1, partBytes]) {
      const key = `lost-${bytes}`
      for (const letter of ['a', 'b']) {
        const upload = store.upload(key, true)
        await upload.write([Buffer.alloc(bytes, letter)])
        await upload.complete()
        if (letter === 'a') s3.lose(key)
      }
      const [object] = await s3.objects(key)
      assert.equal(object?.bytes.length, bytes)
    }
  })

  test(`tasks that are cut off anywhere, two of them on one partition, write each record once (SEED=${seed})`, async (t) => {
    const random = seededRandom(seed)
    const s3 = await startS3(t)
    // What was sent whole before a cut goes on at the server while the other one writes.
    const port = await oneWriteAtATime(t, s3.port)
    const network = await forward(t, () => port)
    const records = smallRecords(300)
    let next = 0
    for (let round = 0; round < 20; round += 1) {
      network.cutAfter(Number.MAX_SAFE_INTEGER, 'back')
      const rivals = await Promise.all(
        [1, 2].map(() => {
          const url = `http://127.0.0.1:${network.port}`
          const size = String(between(random, 5, 30))
          return openTask(s3, { 'store.url': url, 's3.part.retries': '0', 'flush.size': size })
        }),
      )
      for (const task of rivals) {
        network.cutAfter(between(random, 1, 6_000), pick(random, ['there', 'back']))
        // What fails here fails for good: the task is gone, as after a kill.
        await task.put(records.slice(next, next + between(random, 10, 60))).catch(() => undefined)
      }
      network.cut()
      const [safe] =
        (await pick(random, rivals)
          .settled?.()
          .catch(() => undefined)) ?? []
      next = Number(safe?.next ?? next)
    }
    await using last = await openTask(s3, { 'flush.size': '1' })
    await last.put(records.slice(next))
    assert.deepEqual(await numbersIn(s3), numbersOf(records))
  })

  test('objects are tagged with what is in them, and those that an earlier run wrote as well', async (t) => {
    const s3 = await startS3(t)
    const tagging = { 's3.object.tagging': 'true', 's3.object.behavior.on.tagging.error': 'fail' }
    for (const plant of ['north', 'south']) {
      const more = { ...tagging, 's3.object.tagging.key.value.pairs': `plant:${plant}` }
      await using task = await openTask(s3, { ...more, 'flush.size': '5' })
      await task.put(smallRecords(10))
    }
    const keys = await s3.keys('topics/Readings/')
    assert.deepEqual(await Promise.all(keys.map((key) => s3.tags(key))), [
      { startOffset: '0', endOffset: '4', recordCount: '5', plant: 'south' },
      { startOffset: '5', endOffset: '9', recordCount: '5', plant: 'south' },
    ])
  })

  test('where a server refuses tags, the object stays without, or the task says what to correct', async (t) => {
    const s3 = await startS3(t)
    const more = {
      ...{ 's3.object.tagging': 'true', 'flush.size': '5' },
      's3.object.tagging.key.value.pairs': `plant:${'x'.repeat(257)}`,
    }
    await using task = await openTask(s3, more)
    await task.put(smallRecords(5))
    assert.deepEqual(await numbersIn(s3), numbersOf(smallRecords(5)))
    const [key = ''] = await s3.keys('topics/Readings/')
    assert.deepEqual(await s3.tags(key), {})
    const strict = { ...more, 's3.object.behavior.on.tagging.error': 'fail' }
    await using other = await openTask(s3, strict)
    await assert.rejects(other.put(smallRecords(5)), /correct 's3.object.tagging.key.value.pairs'/)
  })

  for (const [what, wrong, cure] of [
    ['key', { 'aws.access.key.id': 'nobody' }, /correct 'aws.access.key.id'/],
    ['secret', { 'aws.secret.access.key': 'wrong-secret' }, /'aws.secret.access.key'/],
    ['bucket', { 's3.bucket.name': 'no-such-lake' }, /correct 's3.bucket.name'/],
    ['region', { 's3.region': 'eu-central-1' }, /correct 's3.region'/],
  ] as const) {
    test(`a wrong ${what} ends the task, which says how to mend it and tells no secret`, async () => {
      await assert.rejects(openTask(await server(), wrong), (error: Error) => {
        assert.ok(!(error instanceof RetriableError), error.message)
        assert.match(error.message, cure)
        assert.doesNotMatch(error.message, new RegExp(`${secretKey}|wrong-secret`))
        return true
      })
    })
  }

  test('somebody who may not write is told so', async () => {
    const s3 = await server()
    await s3.addUser('reader', 'the-secret-of-the-reader')
    const config = {
      'aws.access.key.id': 'reader',
      'aws.secret.access.key': 'the-secret-of-the-reader',
    }
    await assert.rejects(openTask(s3, config), /AccessDenied.* may list, read, write and delete/)
  })
})

function sinkConfig(s3: S3Server): Record<string, string> {
  return {
    ...s3.config,
    ...{ 'format.class': 'JsonFormat', 'flush.size': String(recordsAFile) },
    's3.part.size': String(partBytes),
  }
}

async function openTask(s3: S3Server, more: Record<string, string> = {}): Promise<SinkTask> {
  return await openSinkTask(s3Sink, { ...sinkConfig(s3), ...more })
}

function storeValues(s3: S3Server, { port }: Forwarder, retries: string) {
  return valuesOf(s3Sink.options, {
    ...sinkConfig(s3),
    ...{ 'store.url': `http://127.0.0.1:${port}`, 's3.part.retries': retries },
  })
}

interface Numbered {
  readonly number: number
}

function largeRecords(count: number): SinkRecord[] {
  const rest = 'x'.repeat(recordBytes)
  return numbered(count).map(({ number }) =>
    sinkRecord({ offset: number, value: { number, rest } }),
  )
}

function smallRecords(count: number): SinkRecord[] {
  return numbered(count).map((value) => sinkRecord({ offset: value.number, value }))
}

function numbered(count: number): Numbered[] {
  return Array.from({ length: count }, (_, number) => ({ number }))
}

function numbersOf(records: readonly SinkRecord[]): number[] {
  return records.map(({ value }) => (value as Numbered).number)
}

/** Of all records in the lake, in order. */
async function numbersIn(s3: S3Server): Promise<number[]> {
  const objects = (await s3.objects('topics/')).filter(({ key }) => !key.includes('/_leat/'))
  const lines = objects.flatMap(({ bytes }) => `${bytes}`.split('\n').slice(0, -1))
  return lines.map((line) => (JSON.parse(line) as Numbered).number).toSorted((a, b) => a - b)
}
