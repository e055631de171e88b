/** Files of the lake, read by pyarrow, DuckDB, fastavro and Avro for Java: counts, sums, and values of every type. */
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type ConnectSchema, logical, type Struct } from '../../src/connect/kit/index.ts'
import { s3Sink } from '../../src/connectors/s3/sink.ts'
import { openSinkTask, sinkRecord, structSchema } from '../helpers/connector-tasks.ts'
import { type Owner, temporaryFolder } from '../helpers/folders.ts'
import { javaCommand, peersHome, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { program, report } from '../helpers/python.ts'

const count = 3_000
const recordsAFile = 1_000
const avroCodecs = ['null', 'deflate', 'snappy', 'zstandard']
const avroJava = 'avro-java-1.12.1'

describe('the lake in the hands of its readers', { skip: withoutPeer('lake-readers') }, () => {
  for (const reader of ['pyarrow', 'duckdb']) {
    for (const codec of ['none', 'snappy', 'gzip', 'zstd']) {
      test(`${reader} reads from Parquet (${codec}) what was written, every type of it`, async (t) => {
        const config = { 'format.class': 'ParquetFormat', 'parquet.codec': codec }
        assertSame(await readBack(t, reader, 'parquet', config))
      })
    }
  }

  for (const codec of avroCodecs) {
    test(`fastavro reads from Avro (${codec}) what was written, every type of it`, async (t) => {
      const config = { 'format.class': 'AvroFormat', 'avro.codec': codec }
      assertSame(await readBack(t, 'fastavro', 'avro', config))
    })
  }

  test('DuckDB asks a whole topic, and finds its folders by the fields that named them', async (t) => {
    const folder = temporaryFolder(t)
    await using task = await openSinkTask(s3Sink, {
      ...{ 'store.url': pathToFileURL(folder).href, 'format.class': 'ParquetFormat' },
      ...{ 'partitioner.class': 'FieldPartitioner', 'partition.field.name': 'plant' },
      'flush.size': '50',
    })
    const valueSchema = structSchema({ plant: text, kw: integer })
    const plants = ['north', 'süd/2']
    const records = Array.from({ length: 100 }, (_, offset) => {
      return sinkRecord({ offset, valueSchema, value: { plant: plants[offset % 2], kw: offset } })
    })
    await task.put(records)
    const paths = [join(folder, 'topics/Readings/*/*.parquet')]
    const question = JSON.stringify({ reader: 'duckdb_sums', paths })
    const { rows } = await report('lake-readers', program('lake_rows.py'), question)
    assert.deepEqual(rows, [
      { plant: 'north', readings: 50, sum: 2450 },
      { plant: 'süd/2', readings: 50, sum: 2500 },
    ])
  })

  for (const [codec, ending] of [
    ['none', 'json'],
    ['gzip', 'json.gz'],
    ['zstd', 'json.zst'],
  ] as const) {
    test(`lines of JSON (${codec}) are read by others, every line of them`, async (t) => {
      const config = {
        ...{ 'format.class': 'JsonFormat', 's3.compression.type': codec },
        'json.decimal.format': 'NUMERIC',
      }
      const rows = await readBack(t, 'lines', ending, config)
      assert.equal(rows.length, count)
      assert.equal(sumOf(rows), sumOf(values))
      assert.deepEqual(rows[1], {
        ...{ id: 1, name: 'pump 1 ü', whole: -1, half: 0.5, isOn: true },
        ...{ at: instant + 1, day: 20_484, clock: 43_200_001, price: 0.01 },
        ...{ tags: ['a', 'b1'], limits: { low: 1.5, high: null } },
        ...{ place: { line: 1, name: null }, raw: Buffer.from([0, 255, 1]).toString('base64') },
      })
    })
  }
})

describe('the lake in the hands of Java', { skip: withoutPeer(avroJava) }, () => {
  for (const codec of avroCodecs) {
    test(`Avro for Java reads (${codec}) what was written, every type of it`, async (t) => {
      const paths = await write(t, 'avro', { 'format.class': 'AvroFormat', 'avro.codec': codec })
      const program = join(import.meta.dirname, '../helpers/java/AvroRows.java')
      const classPath = join(peersHome, avroJava, 'libs', '*')
      const said = await outputOf([...javaCommand(classPath), program, ...paths], {
        deadlineMs: 300_000,
      })
      assertSame(
        said
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      )
    })
  }
})

const text: ConnectSchema = { type: 'string', optional: false }
const perhaps = (schema: ConnectSchema): ConnectSchema => ({ ...schema, optional: true })
const integer: ConnectSchema = { type: 'int32', optional: false }

const schema: ConnectSchema = {
  ...structSchema({
    id: { type: 'int64', optional: false },
    name: perhaps(text),
    whole: perhaps({ type: 'int16', optional: true }),
    half: { type: 'float32', optional: true },
    isOn: { type: 'boolean', optional: true },
    at: { type: 'int64', optional: false, name: logical.timestamp },
    day: { ...perhaps(integer), name: logical.date },
    clock: { ...perhaps(integer), name: logical.time },
    price: {
      ...{ type: 'bytes', optional: true, name: logical.decimal },
      parameters: { scale: '2', 'connect.decimal.precision': '10' },
    },
    tags: { type: 'array', optional: true, values: perhaps(text) },
    limits: {
      ...{ type: 'map', optional: true, keys: text },
      values: { type: 'float64', optional: true },
    },
    place: perhaps(structSchema({ line: integer, name: perhaps(text) })),
    raw: { type: 'bytes', optional: true },
  }),
  name: 'Measured',
}

const instant = Date.parse('2026-01-31T12:00:00.123Z')
const day = new Date('2026-01-31T00:00:00Z')
const noonMs = 12 * 3_600_000

const nothing = {
  ...{ name: null, whole: null, half: null, isOn: null, day: null, clock: null },
  ...{ price: null, limits: null, place: null, raw: null },
}

/** Every third has nothing but what it must have. */
const values: readonly Struct[] = Array.from({ length: count }, (_, number) => ({
  id: BigInt(number),
  at: new Date(instant + number),
  ...(number % 3 === 0
    ? { ...nothing, tags: number === 0 ? [] : null }
    : {
        ...{ name: `pump ${number} ü`, whole: -number, half: number / 2, isOn: true, day },
        clock: new Date(noonMs + number),
        price: { unscaled: BigInt(number), scale: 2 },
        tags: ['a', number % 2 === 0 ? null : `b${number}`],
        limits: new Map([
          ['low', 1.5],
          ['high', null],
        ]),
        place: { line: number, name: null },
        raw: Buffer.from([0, 255, number % 256]),
      }),
}))

async function readBack(
  owner: Owner,
  reader: string,
  ending: string,
  config: Record<string, string>,
): Promise<Row[]> {
  const question = JSON.stringify({ reader, paths: await write(owner, ending, config) })
  return (await report('lake-readers', program('lake_rows.py'), question)).rows as Row[]
}

/** The paths of the files, in their order. */
async function write(
  owner: Owner,
  ending: string,
  config: Record<string, string>,
): Promise<string[]> {
  const folder = temporaryFolder(owner)
  await using task = await openSinkTask(s3Sink, {
    ...{ 'store.url': pathToFileURL(folder).href, 'flush.size': String(recordsAFile), ...config },
  })
  await task.put(values.map((value, offset) => sinkRecord({ offset, value, valueSchema: schema })))
  const paths = globSync(join(folder, `topics/Readings/*/*.${ending}`)).sort()
  assert.equal(paths.length, count / recordsAFile)
  return paths
}

type Row = Readonly<Record<string, unknown>>

function assertSame(rows: readonly Row[]): void {
  assert.equal(rows.length, count)
  assert.equal(sumOf(rows), sumOf(values))
  assert.deepEqual(rows, values.map(shown))
}

function sumOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { id }) => sum + Number(id), 0)
}

/** As the Python program shows rows. */
function shown(value: Struct): Row {
  const { id, at, day: onDay, clock, price, limits, raw, ...rest } = value
  return {
    ...rest,
    id: Number(id),
    at: { time: (at as Date).getTime() },
    day: onDay && { date: '2026-01-31' },
    clock: clock && { clock: (clock as Date).toISOString().slice(11, -1) },
    price: price && { decimal: (Number(id) / 100).toFixed(2) },
    limits: limits && { low: 1.5, high: null },
    raw: raw && { bytes: (raw as Buffer).toString('base64') },
  }
}
