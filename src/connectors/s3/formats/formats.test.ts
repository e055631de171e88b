import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { inflateRawSync, zstdDecompressSync } from 'node:zlib'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { ByteReader } from '../../../base/bytes.ts'
import { avroEncoding } from '../../../connect/encodings/index.ts'
import { BadRecordError, type ConnectSchema, logical } from '../../../connect/kit/index.ts'
import { TestLake, valueRecords } from '../testing/lake.ts'

const text: ConnectSchema = { type: 'string', optional: false }

const measured: ConnectSchema = {
  type: 'struct',
  optional: false,
  name: 'Measured',
  fields: [
    { name: 'id', schema: { type: 'int64', optional: false } },
    { name: 'name', schema: { ...text, optional: true } },
    { name: 'at', schema: { type: 'int64', optional: false, name: logical.timestamp } },
    { name: 'day', schema: { type: 'int32', optional: true, name: logical.date } },
    {
      name: 'price',
      schema: { type: 'bytes', optional: true, name: logical.decimal, parameters: { scale: '2' } },
    },
    { name: 'tags', schema: { type: 'array', optional: true, values: text } },
    {
      name: 'limits',
      schema: {
        type: 'map',
        optional: true,
        keys: text,
        values: { type: 'float64', optional: true },
      },
    },
    {
      name: 'place',
      schema: {
        type: 'struct',
        optional: true,
        fields: [{ name: 'line', schema: { type: 'int32', optional: false } }],
      },
    },
    { name: 'raw', schema: { type: 'bytes', optional: true } },
  ],
}

const at = new Date('2026-01-31T12:00:00.123Z')
const day = new Date('2026-01-31T00:00:00Z')
const full = {
  ...{ id: 2n ** 60n, name: 'pumpe 1 ü', at, day },
  price: { unscaled: -1250n, scale: 2 },
  tags: ['a', 'b'],
  limits: new Map([
    ['low', 1.5],
    ['high', null],
  ]),
  place: { line: 3 },
  raw: Buffer.from([0, 255]),
}
const empty = {
  ...{ id: 1n, name: null, at, day: null, price: null },
  ...{ tags: [], limits: null, place: null, raw: null },
}

for (const codec of ['none', 'snappy', 'gzip', 'zstd']) {
  test(`Parquet (${codec}) holds what was written, with its types`, async (t) => {
    const lake = new TestLake(t)
    const task = await lake.open(t, {
      'format.class': 'ParquetFormat',
      'parquet.codec': codec,
      'flush.size': '2',
    })
    await task.put(valueRecords(measured, [full, empty]))
    const [name = ''] = lake.names
    assert.ok(name.endsWith(codec === 'none' ? '0.parquet' : `.${codec}.parquet`), name)
    const file = new Uint8Array(await lake.bytes(name)).buffer
    const rows = await parquetReadObjects({ file, compressors, utf8: false })
    assert.deepEqual(rows, [
      { ...full, price: -12.5, limits: { low: 1.5, high: null }, raw: new Uint8Array([0, 255]) },
      // What has parts inside and is not there, this reader calls undefined.
      { ...empty, limits: undefined, place: undefined },
    ])
  })
}

test('many groups of rows of Parquet follow each other in one file', async (t) => {
  const lake = new TestLake(t)
  const task = await lake.open(t, { 'format.class': 'ParquetFormat', 'flush.size': '45000' })
  const schema: ConnectSchema = {
    type: 'struct',
    optional: false,
    fields: [{ name: 'n', schema: { type: 'int32', optional: false } }],
  }
  for (let from = 0; from < 45_000; from += 5000) {
    const values = Array.from({ length: 5000 }, (_, index) => ({ n: from + index }))
    await task.put(valueRecords(schema, values, BigInt(from)))
  }
  const file = new Uint8Array(await lake.bytes(lake.names[0] ?? '')).buffer
  const rows = await parquetReadObjects({ file })
  assert.equal(rows.length, 45_000)
  assert.equal(
    rows.reduce((sum, row) => sum + Number(row.n), 0),
    (45_000 * 44_999) / 2,
  )
})

const { uncompress } = createRequire(import.meta.url)('snappyjs') as {
  uncompress(bytes: Buffer): Uint8Array
}

const unpacked: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  null: (bytes) => bytes,
  deflate: inflateRawSync,
  zstandard: zstdDecompressSync,
  snappy: (bytes) => Buffer.from(uncompress(bytes.subarray(0, -4))),
}

for (const codec of Object.keys(unpacked)) {
  test(`an Avro file (${codec}) has its schema in front, and every record in its blocks`, async (t) => {
    const lake = new TestLake(t)
    const task = await lake.open(t, {
      'format.class': 'AvroFormat',
      'avro.codec': codec,
      'flush.size': '3000',
    })
    for (let from = 0; from < 3000; from += 500) {
      const values = Array.from({ length: 500 }, (_, index) => ({
        ...full,
        id: BigInt(from + index),
      }))
      await task.put(valueRecords(measured, values, BigInt(from)))
    }
    const { meta, blocks } = containerOf(await lake.bytes(lake.names[0] ?? ''))
    assert.equal(meta['avro.codec'], codec)
    const encoding = avroEncoding(measured, {
      ...{ metaData: true, enhanced: true, allowsOptionalMapKeys: false },
    })
    assert.equal(meta['avro.schema'], encoding.definition)
    assert.equal(
      blocks.reduce((sum, { count }) => sum + count, 0),
      3000,
    )
    assert.ok(blocks.length > 1)
    assert.deepEqual(
      Buffer.concat(blocks.map(({ bytes }) => unpacked[codec]?.(bytes) ?? bytes)),
      Buffer.concat(
        Array.from({ length: 3000 }, (_, id) => encoding.encode({ ...full, id: BigInt(id) })),
      ),
    )
  })
}

test('Avro and Parquet refuse records without a schema, and say what to use', async (t) => {
  for (const format of ['AvroFormat', 'ParquetFormat']) {
    const task = await new TestLake(t).open(t, { 'format.class': format })
    await assert.rejects(
      task.put(valueRecords(null, [{ a: 1 }])),
      (error) => error instanceof BadRecordError && /converter|JsonFormat/.test(error.message),
    )
  }
})

test('a record with another schema begins a new file', async (t) => {
  const lake = new TestLake(t)
  const task = await lake.open(t, { 'format.class': 'AvroFormat', 'flush.size': '100' })
  const wider = { ...measured, fields: [...(measured.fields ?? []), { name: 'x', schema: text }] }
  await task.put(valueRecords(measured, [full]))
  await task.put(valueRecords(structuredClone(measured), [full], 1n))
  await task.put(valueRecords(wider, [{ ...full, x: '' }], 2n))
  assert.deepEqual(await task.settled?.(), [{ topic: 'readings', partition: 0, next: 2n }])
  assert.equal(lake.names.length, 1)
})

const older: ConnectSchema = {
  ...{ type: 'struct', optional: false, name: 'Grown' },
  fields: [{ name: 'id', schema: { type: 'int32', optional: false } }],
}
const newer: ConnectSchema = {
  ...older,
  fields: [
    { name: 'id', schema: { type: 'int64', optional: false } },
    { name: 'unit', schema: { ...text, default: 'kW' } },
  ],
}
const mixed = [
  ...[
    { schema: newer, value: { id: 0n, unit: 'MW' } },
    { schema: older, value: { id: 1 } },
  ],
  ...[
    { schema: newer, value: { id: 2n, unit: 'W' } },
    { schema: older, value: { id: 3 } },
  ],
]

for (const [compatibility, versions, rows] of [
  ['NONE', [undefined, undefined], [[[0n, 'MW']], [[1]], [[2n, 'W']]]],
  [
    'BACKWARD',
    [undefined, undefined],
    [
      [
        [0n, 'MW'],
        [1n, 'kW'],
        [2n, 'W'],
        [3n, 'kW'],
      ],
    ],
  ],
  [
    'FULL',
    [1, 2],
    [
      [
        [0n, 'MW'],
        [1n, 'kW'],
        [2n, 'W'],
        [3n, 'kW'],
      ],
    ],
  ],
  // What is long cannot be an int again, and what comes first is the newer one.
  ['FORWARD', [1, 2], [[[0n, 'MW']], [[1]], [[2n, 'W']]]],
  // Their versions say that the wider one is the older.
  ['BACKWARD', [2, 1], [[[0n, 'MW']], [[1]], [[2n, 'W']]]],
] as const) {
  test(`with ${compatibility} and versions ${versions}, records of two schemas are in ${rows.length} files`, async (t) => {
    const lake = new TestLake(t)
    const config = { 'format.class': 'ParquetFormat', 'flush.size': '4' }
    const task = await lake.open(t, { ...config, 'schema.compatibility': compatibility })
    const [one, other] = versions
    const versioned = new Map([
      [older, one === undefined ? older : { ...older, version: one }],
      [newer, other === undefined ? newer : { ...newer, version: other }],
    ])
    for (const [at, { schema, value }] of mixed.entries()) {
      await task.put(valueRecords(versioned.get(schema) ?? schema, [value], BigInt(at)))
    }
    const files = await Promise.all(lake.names.map((name) => lake.bytes(name)))
    const found = await Promise.all(
      files.map(async (bytes) => parquetReadObjects({ file: new Uint8Array(bytes).buffer })),
    )
    assert.deepEqual(
      found.map((file) => file.map((row) => Object.values(row))),
      rows,
    )
  })
}

function containerOf(file: Buffer) {
  const reader = new ByteReader(file)
  assert.equal(`${reader.bytes(4)}`, 'Obj\x01')
  const meta: Record<string, string> = {}
  for (let count = reader.varint(); count > 0; count = reader.varint()) {
    for (let n = 0; n < count; n++) {
      const name = `${reader.bytes(reader.varint())}`
      meta[name] = `${reader.bytes(reader.varint())}`
    }
  }
  const sync = Buffer.from(reader.bytes(16))
  const blocks = []
  while (reader.remaining > 0) {
    const count = reader.varint()
    const bytes = Buffer.from(reader.bytes(reader.varint()))
    blocks.push({ count, bytes })
    assert.deepEqual(Buffer.from(reader.bytes(16)), sync)
  }
  return { meta, blocks }
}
