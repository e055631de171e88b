/** Tables of Iceberg that the S3 sink keeps, read by PyIceberg. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { between, pick, seededRandom } from '../../src/base/random.ts'
import { type ConnectSchema, logical, type SinkRecord } from '../../src/connect/kit/index.ts'
import { s3Sink } from '../../src/connectors/s3/sink.ts'
import { openSinkTask, sinkRecord, structSchema } from '../helpers/connector-tasks.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { forward } from '../helpers/forwarder.ts'
import { oneWriteAtATime } from '../helpers/one-write-at-a-time.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'
import { startS3 } from '../helpers/s3.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const iceberg = { 'format.class': 'ParquetFormat', 'table.format': 'iceberg' }

describe('the lake as tables of Iceberg', { skip: withoutPeer('pyiceberg') }, () => {
  test('PyIceberg reads values of every type, and columns that came, grew and went', async (t) => {
    const folder = temporaryFolder(t)
    const wider = structSchema({
      ...{ id: { type: 'int64', optional: false }, name: text, unit: text },
      place: structSchema({ line: { type: 'int64', optional: true }, hall: text }),
    })
    await using task = await openSinkTask(s3Sink, { ...directory(folder), 'flush.size': '2' })
    await task.put([
      sinkRecord({ offset: 0, valueSchema: everyType, value: full }),
      sinkRecord({ offset: 1, valueSchema: everyType, value: empty }),
      sinkRecord({
        ...{ offset: 2, valueSchema: wider },
        value: { id: 2n ** 40n, name: 'c', unit: 'kW', place: { line: 2n ** 33n, hall: 'h' } },
      }),
      sinkRecord({ offset: 3, valueSchema: everyType, value: { ...empty, id: 3 } }),
      sinkRecord({ offset: 4, valueSchema: everyType, value: { ...empty, id: 4 } }),
    ])
    const nothing = Object.fromEntries(Object.keys(full).map((name) => [name, null]))
    const rows = (await rowsOf(join(folder, 'topics/Readings'))) as { id: number }[]
    assert.deepEqual(
      rows.toSorted((a, b) => a.id - b.id),
      [
        {
          ...{ id: 0, name: 'pump 1 ü', whole: -1, half: 0.5, isOn: true, unit: null },
          ...{ at: { time: instant }, day: { date: '2026-01-31' }, price: { decimal: '-12.50' } },
          ...{ tags: ['a', null], limits: { low: 1.5, high: null }, raw: { bytes: 'AP8=' } },
          place: { line: 7, hall: null },
        },
        { ...nothing, id: 1, unit: null },
        { ...nothing, id: 3, unit: null },
        { ...nothing, id: 4, unit: null },
        { ...nothing, id: 2 ** 40, name: 'c', unit: 'kW', place: { line: 2 ** 33, hall: 'h' } },
      ].toSorted((a, b) => a.id - b.id),
    )
  })

  test('a column that would have two types ends the task, which says what to do', async (t) => {
    const folder = temporaryFolder(t)
    await using task = await openSinkTask(s3Sink, { ...directory(folder), 'flush.size': '1' })
    const other = structSchema({ n: text })
    await task.put(numbered(1))
    await assert.rejects(
      task.put([sinkRecord({ offset: 1, valueSchema: other, value: { n: 'one' } })]),
      /'n' of the table is long and cannot become string; rename the field/,
    )
  })

  test('after hundreds of commits the table has all rows, and its metadata is small', async (t) => {
    const folder = temporaryFolder(t)
    await using task = await openSinkTask(s3Sink, { ...directory(folder), 'flush.size': '1' })
    const records = numbered(310)
    await task.put(records)
    const rows = await rowsOf(join(folder, 'topics/Readings'))
    assert.deepEqual(numbersOf(rows), numbersOf(records.map(({ value }) => value)))
    const files = readdirSync(join(folder, 'topics/Readings/metadata'))
    const manifests = files.filter((name) => name.endsWith('-manifest.avro'))
    const lists = files.filter((name) => name.endsWith('-list.avro'))
    assert.ok(manifests.length <= 210, `${manifests.length} manifests`)
    assert.ok(lists.length <= 210, `${lists.length} lists`)
  })

  test(`tasks that are cut off anywhere, on two partitions and one table, have each record in it once (SEED=${seed})`, {
    skip: withoutPeer('versitygw'),
  }, async (t) => {
    const random = seededRandom(seed)
    const s3 = await startS3(t)
    const port = await oneWriteAtATime(t, s3.port)
    const network = await forward(t, () => port)
    const open = (more: Record<string, string>) =>
      openSinkTask(s3Sink, { ...s3.config, ...iceberg, 's3.part.retries': '0', ...more })
    const all = [0, 1].map((partition) => numbered(150, partition))
    const next = [0, 0]
    for (let round = 0; round < 15; round += 1) {
      network.cutAfter(Number.MAX_SAFE_INTEGER, 'back')
      const partition = round % 2
      const records = all[partition] ?? []
      const rivals = await Promise.all(
        [1, 2].map(() => {
          const size = String(between(random, 5, 30))
          return open({ 'store.url': `http://127.0.0.1:${network.port}`, 'flush.size': size })
        }),
      )
      network.cutAfter(between(random, 1, 40_000), pick(random, ['there', 'back']))
      const from = next[partition] ?? 0
      const some = records.slice(from, from + between(random, 10, 60))
      // What fails here fails for good: the task is gone, as after a kill.
      await Promise.all(rivals.map((task) => task.put(some).catch(() => undefined)))
      network.cut()
      const safe = await pick(random, rivals)
        .settled?.()
        .catch(() => undefined)
      next[partition] = Number(safe?.[0]?.next ?? from)
    }
    network.cutAfter(Number.MAX_SAFE_INTEGER, 'back')
    await using last = await open({ 'flush.size': '1' })
    for (const [partition, records] of all.entries()) {
      await last.put(records.slice(next[partition]))
    }
    const rows = await rowsOf('s3://lake/topics/Readings', {
      ...{ 's3.endpoint': s3.url, 's3.region': 'us-east-1' },
      's3.access-key-id': s3.config['aws.access.key.id'],
      's3.secret-access-key': s3.config['aws.secret.access.key'],
    })
    assert.deepEqual(numbersOf(rows), numbersOf(all.flat().map(({ value }) => value)))
  })
})

const text: ConnectSchema = { type: 'string', optional: true }

const everyType = structSchema({
  id: { type: 'int32', optional: false },
  name: text,
  whole: { type: 'int16', optional: true },
  half: { type: 'float32', optional: true },
  isOn: { type: 'boolean', optional: true },
  at: { type: 'int64', optional: true, name: logical.timestamp },
  day: { type: 'int32', optional: true, name: logical.date },
  price: {
    ...{ type: 'bytes', optional: true, name: logical.decimal },
    parameters: { scale: '2' },
  },
  tags: { type: 'array', optional: true, values: text },
  limits: {
    ...{ type: 'map', optional: true, keys: { type: 'string', optional: false } },
    values: { type: 'float64', optional: true },
  },
  place: { ...structSchema({ line: { type: 'int32', optional: true } }), optional: true },
  raw: { type: 'bytes', optional: true },
})

const instant = Date.parse('2026-01-31T12:00:00.123Z')

const full = {
  ...{ id: 0, name: 'pump 1 ü', whole: -1, half: 0.5, isOn: true, at: new Date(instant) },
  ...{ day: new Date('2026-01-31T00:00:00Z'), price: { unscaled: -1250n, scale: 2 } },
  tags: ['a', null],
  limits: new Map([
    ['low', 1.5],
    ['high', null],
  ]),
  ...{ place: { line: 7 }, raw: Buffer.from([0, 255]) },
}

const empty = { ...Object.fromEntries(Object.keys(full).map((name) => [name, null])), id: 1 }

const numberSchema = structSchema({ n: { type: 'int64', optional: false } })

function directory(folder: string) {
  return { ...iceberg, 'store.url': pathToFileURL(folder).href }
}

/** Their numbers are those of no other partition. */
function numbered(count: number, partition = 0): SinkRecord[] {
  return Array.from({ length: count }, (_, offset) => {
    const value = { n: BigInt(partition * 1_000 + offset) }
    return sinkRecord({ partition, offset, value, valueSchema: numberSchema })
  })
}

async function rowsOf(table: string, properties: object = {}): Promise<unknown[]> {
  const question = JSON.stringify({ reader: 'iceberg', paths: [table], properties })
  const { rows } = await report('pyiceberg', program('lake_rows.py'), question)
  return rows as unknown[]
}

function numbersOf(rows: readonly unknown[]): number[] {
  return rows.map((row) => Number((row as { n: bigint | number }).n)).toSorted((a, b) => a - b)
}
