/** A whole leat fills a lake, and is killed again and again in the middle of it. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { between, seededRandom } from '../../src/base/random.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { startLeat } from '../helpers/leat.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const partitions = 2
const kills = 4
const recordsAKill = 5_000
const plants = ['north', 'south', 'west']

test(`however often leat is killed, each record is in the lake once (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const lake = temporaryFolder(t)
  const leat = await startLeat(t, { connectors: { 'to-lake': connector(lake) } })
  const client = new KafkaClient({ brokers: [leat.brokers], clientId: 'test' })
  t.after(() => client.close())
  await client.createTopics([{ name: 'readings', partitions }])
  const producer = client.producer()
  let sent = 0
  const send = async (count: number) => {
    const batch = Array.from({ length: count }, (_, index) => {
      const n = sent + index
      const value = Buffer.from(JSON.stringify({ n, plant: plants[n % plants.length] }))
      return producer.send({ topic: 'readings', partition: n % partitions, value })
    })
    await Promise.all(batch)
    sent += count
  }
  for (let kill = 0; kill < kills; kill += 1) {
    const before = filesIn(lake).length
    await send(recordsAKill)
    const some = between(random, 1, 20)
    await eventually('files come', () => filesIn(lake).length >= before + some)
    await leat.kill()
    await leat.start()
  }
  await send(recordsAKill)
  await eventually('the lake has all', () => numbersIn(lake).length >= sent, 60_000)
  assert.deepEqual(
    numbersIn(lake).toSorted((a, b) => a - b),
    Array.from({ length: sent }, (_, n) => n),
  )
})

/** Files of a folder for each plant, which end by their number or, at last, by the clock. */
function connector(lake: string) {
  return {
    ...{ 'connector.class': 'S3_SINK', topics: 'readings', 'store.url': pathToFileURL(lake).href },
    ...{ 'format.class': 'JsonFormat', 'flush.size': 300, 'rotate.schedule.interval.ms': 1_000 },
    ...{ 'partitioner.class': 'FieldPartitioner', 'partition.field.name': 'plant' },
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': false,
  }
}

function filesIn(lake: string): string[] {
  return globSync(join(lake, 'topics/readings/*/*.json'))
}

function numbersIn(lake: string): number[] {
  const lines = filesIn(lake).flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
  return lines.map((line) => (JSON.parse(line) as { n: number }).n)
}
