/** `leat lake query`, which has DuckDB answer, over lakes that the S3 sink made. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { stringify } from 'yaml'
import type { ConnectSchema, SinkRecord } from '../../src/connect/kit/index.ts'
import { s3Sink } from '../../src/connectors/s3/sink.ts'
import { openSinkTask, sinkRecord, structSchema } from '../helpers/connector-tasks.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { leatCommand } from '../helpers/leat.ts'
import { peersHome, withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram } from '../helpers/programs.ts'

/** The command looks for DuckDB where it is started. */
const cwd = join(peersHome, 'duckdb')
const count = 1_000
const plants = ['north', 'sü"d, 2', "it's [west]*"]

describe('leat lake query', { skip: withoutPeer('duckdb') }, () => {
  for (const config of [
    { 'format.class': 'ParquetFormat', 'parquet.codec': 'none' },
    { 'format.class': 'ParquetFormat', 'parquet.codec': 'snappy' },
    { 'format.class': 'ParquetFormat', 'parquet.codec': 'gzip' },
    { 'format.class': 'ParquetFormat', 'parquet.codec': 'zstd' },
    { 'format.class': 'JsonFormat' },
    { 'format.class': 'JsonFormat', 's3.compression.type': 'gzip' },
    { 'format.class': 'JsonFormat', 's3.compression.type': 'zstd' },
  ] as Record<string, string>[]) {
    test(`counts and sums are those of the topic (${Object.values(config).join(', ')})`, async (t) => {
      const folder = join(temporaryFolder(t), "it's [a] lake*")
      await fill(folder, config, readings)
      const sums = `select plant, count(*) as readings, sum(kw) as sum from "sensor.raw" group by plant order by min(kw)`
      const said = await outputOf([...query, '--lake', folder, '-o', 'json', sums], { cwd })
      assert.deepEqual(
        JSON.parse(said),
        plants.map((plant) => {
          const own = readings
            .map(({ value }) => value as Reading)
            .filter((one) => one.plant === plant)
          const sum = own.reduce((total, { kw }) => total + Number(kw), 0)
          return { plant, readings: own.length, sum }
        }),
      )
    })
  }

  test('fields that came later are empty before, and lines of CSV say what the table says', async (t) => {
    const folder = temporaryFolder(t)
    const wider = structSchema({ ...fields, unit: { type: 'string', optional: true } })
    const later = reading(count, wider, { unit: 'MW, or "so"' })
    await fill(folder, { 'format.class': 'ParquetFormat', 'flush.size': '1' }, [...some(2), later])
    const sql = 'select kw, unit, plant from "sensor.raw" order by kw'
    const ask = (...more: string[]) => outputOf([...query, '--lake', folder, ...more, sql], { cwd })
    assert.equal(
      await ask('-o', 'csv'),
      `kw,unit,plant\n0,,north\n1,,"sü""d, 2"\n${count},"MW, or ""so""","sü""d, 2"\n`,
    )
    assert.equal(
      await ask(),
      [
        ...['kw    unit         plant', '0     -            north', '1     -            sü"d, 2'],
        ...[`${count}  MW, or "so"  sü"d, 2`, ''],
      ].join('\n'),
    )
  })

  test('lakes are those of leat.yml, and what is wrong is said in a sentence', async (t) => {
    const folder = temporaryFolder(t)
    await fill(folder, { 'format.class': 'JsonFormat' }, some(50))
    const file = join(folder, 'leat.yml')
    const sink = { 'connector.class': 'S3_SINK', topics: 'sensor.raw' }
    const lake = { 'store.url': pathToFileURL(folder).href }
    const withSinks = (connectors: object) =>
      writeFileSync(file, stringify({ connect: { connectors } }))
    const ask = (sql: string) => runProgram([...query, '-f', file, sql], { cwd })

    withSinks({ 'to-lake': { ...sink, ...lake }, again: { ...sink, ...lake } })
    assert.equal((await ask('select count(*) as n from "sensor.raw"')).stdout, 'n\n50\n')
    const wrong = await ask('select nothing from "sensor.raw"')
    assert.equal(wrong.exitCode, 1)
    assert.match(wrong.stderr, /^leat: Binder Error: .*nothing/)
    const elsewhere = await runProgram([...query, '-f', file, 'select 1'], { cwd: folder })
    assert.match(elsewhere.stderr, /npm install --no-save @duckdb\/node-api/)
    withSinks({ 'to-lake': { ...sink, 's3.bucket.name': 'lake' } })
    assert.match((await ask('select 1')).stderr, /are buckets/)
  })
})

const query = [...leatCommand, 'lake', 'query'] as const

const fields: Record<string, ConnectSchema> = {
  plant: { type: 'string', optional: false },
  kw: { type: 'int64', optional: false },
}
const schema = structSchema(fields)

interface Reading {
  readonly plant: string
  readonly kw: bigint
}

const readings = some(count)

function some(many: number): SinkRecord[] {
  return Array.from({ length: many }, (_, offset) => reading(offset, schema))
}

function reading(offset: number, valueSchema: ConnectSchema, more = {}): SinkRecord {
  const value = { plant: plants[offset % plants.length], kw: BigInt(offset), ...more }
  return sinkRecord({ topic: 'sensor.raw', offset, valueSchema, value, key: `key ${offset}` })
}

/** With files of keys beside those of values, which are no rows of the table. */
async function fill(
  folder: string,
  config: Record<string, string>,
  records: readonly SinkRecord[],
): Promise<void> {
  await using task = await openSinkTask(s3Sink, {
    ...{ 'store.url': pathToFileURL(folder).href, 'flush.size': '50' },
    ...{ 'store.kafka.keys': 'true', 'keys.format.class': 'JsonFormat' },
    ...{ 'partitioner.class': 'FieldPartitioner', 'partition.field.name': 'plant' },
    ...config,
  })
  await task.put(records)
}
