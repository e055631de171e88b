/** A whole leat fills a lake, and it or the lake's server is killed again and again in the middle of it. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { parquetMetadata } from 'hyparquet'
import { between, pick, seededRandom } from '../../src/base/random.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { eventually } from '../helpers/eventually.ts'
import { type Owner, temporaryFolder } from '../helpers/folders.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'
import { startS3 } from '../helpers/s3.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const partitions = 2
const kills = 4
const recordsAKill = 5_000
const plants = ['north', 'south', 'west']

test(`however often leat is killed, each record is in the lake once (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const lake = temporaryFolder(t)
  const place = { 'store.url': pathToFileURL(lake).href }
  const leat = await startLeat(t, { connectors: { 'to-lake': { ...connector, ...place } } })
  const topic = await Readings.open(t, leat)
  for (let kill = 0; kill < kills; kill += 1) {
    const before = filesIn(lake).length
    await topic.send(recordsAKill)
    const some = between(random, 1, 20)
    await eventually('files come', () => filesIn(lake).length >= before + some)
    await leat.kill()
    await leat.start()
  }
  await topic.send(recordsAKill)
  const numbers = () => numbersOf(filesIn(lake).map((file) => readFileSync(file)))
  await eventually('the lake has all', () => numbers().length >= topic.sent, 120_000)
  assert.deepEqual(numbers(), topic.numbers)
})

test(`whichever is killed, leat or the server of the lake, each record is there once (SEED=${seed})`, {
  skip: withoutPeer('versitygw'),
}, async (t) => {
  const random = seededRandom(seed)
  const s3 = await startS3(t)
  const place = { ...s3.config, 's3.part.retries': 0, 'errors.retry.delay.max.ms': 1_000 }
  const leat = await startLeat(t, { connectors: { 'to-lake': { ...connector, ...place } } })
  const topic = await Readings.open(t, leat)
  const victims = { leat, server: s3 }
  for (let kill = 0; kill < 2 * kills; kill += 1) {
    const before = (await s3.keys(objects)).length
    await topic.send(recordsAKill / 5)
    const some = between(random, 1, 5)
    const come = async () => (await s3.keys(objects)).length >= before + some
    await eventually('objects come', come, 60_000)
    const victim = victims[pick(random, ['leat', 'server'] as const)]
    await victim.kill()
    // What comes meanwhile finds a server that is away.
    if (victim === s3) await topic.send(between(random, 1, 1000))
    await victim.start()
  }
  const numbers = async () => numbersOf((await s3.objects(objects)).map(({ bytes }) => bytes))
  const hasAll = async () => (await numbers()).length >= topic.sent
  await eventually('the lake has all', hasAll, 120_000)
  assert.deepEqual(await numbers(), topic.numbers)
})

test(`however often leat is killed, each record is in the table of Iceberg once (SEED=${seed})`, {
  skip: withoutPeer('pyiceberg'),
}, async (t) => {
  const random = seededRandom(seed)
  const lake = temporaryFolder(t)
  const place = { 'store.url': pathToFileURL(lake).href }
  const iceberg = {
    ...{ 'format.class': 'ParquetFormat', 'table.format': 'iceberg' },
    'value.converter.schemas.enable': true,
  }
  const connectors = { 'to-lake': { ...connector, ...place, ...iceberg } }
  const leat = await startLeat(t, { connectors })
  const topic = await Readings.open(t, leat, true)
  const table = join(lake, objects)
  const versions = () => globSync(join(table, 'metadata/v*.metadata.json')).length
  for (let kill = 0; kill < kills; kill += 1) {
    const before = versions()
    await topic.send(recordsAKill)
    const some = between(random, 1, 8)
    await eventually('versions come', () => versions() >= before + some, 60_000)
    await leat.kill()
    await leat.start()
  }
  await topic.send(recordsAKill)
  await eventually('the files have all', () => parquetRowsIn(lake) >= topic.sent, 120_000)
  // The version with the last file follows the file.
  const question = JSON.stringify({ reader: 'iceberg', paths: [table.replace(/\/$/, '')] })
  const numbers = async () => {
    const { rows } = await report('pyiceberg', program('lake_rows.py'), question)
    return (rows as { n: number }[]).map(({ n }) => n).toSorted((a, b) => a - b)
  }
  await eventually('the table has all', async () => (await numbers()).length >= topic.sent, 60_000)
  assert.deepEqual(await numbers(), topic.numbers)
})

/** Files of a folder for each plant, which end by their number or, at last, by the clock. */
const connector = {
  ...{ 'connector.class': 'S3_SINK', topics: 'readings' },
  ...{ 'format.class': 'JsonFormat', 'flush.size': 300, 'rotate.schedule.interval.ms': 1_000 },
  ...{ 'partitioner.class': 'FieldPartitioner', 'partition.field.name': 'plant' },
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable': false,
}
const objects = 'topics/readings/'

/** As the JsonConverter has it. */
const schema = {
  ...{ type: 'struct', optional: false },
  fields: [
    { field: 'n', type: 'int64', optional: false },
    { field: 'plant', type: 'string', optional: false },
  ],
}

/** A topic of numbered readings. */
class Readings {
  sent = 0
  readonly #producer: ReturnType<KafkaClient['producer']>

  readonly #withSchema: boolean

  private constructor(client: KafkaClient, withSchema: boolean) {
    this.#producer = client.producer()
    this.#withSchema = withSchema
  }

  static async open(owner: Owner, leat: LeatProcess, withSchema = false): Promise<Readings> {
    const client = new KafkaClient({ brokers: [leat.brokers], clientId: 'test' })
    owner.after(() => client.close())
    await client.createTopics([{ name: 'readings', partitions }])
    return new Readings(client, withSchema)
  }

  get numbers(): number[] {
    return Array.from({ length: this.sent }, (_, n) => n)
  }

  async send(count: number): Promise<void> {
    const batch = Array.from({ length: count }, (_, index) => {
      const n = this.sent + index
      const payload = { n, plant: plants[n % plants.length] }
      const value = Buffer.from(JSON.stringify(this.#withSchema ? { schema, payload } : payload))
      return this.#producer.send({ topic: 'readings', partition: n % partitions, value })
    })
    await Promise.all(batch)
    this.sent += count
  }
}

function filesIn(lake: string): string[] {
  return globSync(join(lake, 'topics/readings/*/*.json'))
}

function parquetRowsIn(lake: string): number {
  const files = globSync(join(lake, 'topics/readings/*/*.parquet'))
  const counts = files.map((file) => {
    return Number(parquetMetadata(new Uint8Array(readFileSync(file)).buffer).num_rows)
  })
  return counts.reduce((sum, count) => sum + count, 0)
}

/** In order. */
function numbersOf(files: readonly Buffer[]): number[] {
  const lines = files.flatMap((file) => `${file}`.trim().split('\n'))
  return lines.map((line) => (JSON.parse(line) as { n: number }).n).toSorted((a, b) => a - b)
}
