import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import {
  BadRecordError,
  type ConnectSchema,
  RetriableError,
  readOptions,
} from '../../connect/kit/index.ts'
import { testPlugin, testSink, textRecords } from '../../connect/testing/index.ts'
import { s3Sink } from './sink.ts'
import { TestLake, valueRecords } from './testing/lake.ts'

testPlugin(s3Sink as never)
testSink({
  plugin: s3Sink as never,
  place: async (t) => {
    const lake = new TestLake(t)
    const values = async () => (await lake.lines()).map((line) => JSON.parse(line) as string)
    return { config: { ...lake.config, 'flush.size': '1' }, values }
  },
})

const topic = 'readings'

test('a file holds as many records as flush.size says, is named by its first, and the rest waits', async (t) => {
  const lake = new TestLake(t)
  const task = await lake.open(t)
  await task.put(textRecords(topic, ['a', 'b', 'c', 'd', 'e', 'f', 'g'], 5n))
  assert.deepEqual(lake.names, [
    'topics/readings/partition=0/readings+0+0000000005.json',
    'topics/readings/partition=0/readings+0+0000000008.json',
  ])
  assert.deepEqual(await lake.lines(), ['"a"', '"b"', '"c"', '"d"', '"e"', '"f"'])
  assert.deepEqual(await task.settled?.(), [{ topic, partition: 0, next: 11n }])
})

test('what was cut before a crash is cut at the same place again, and is there once', async (t) => {
  const lake = new TestLake(t)
  const first = await lake.open(t)
  await first.put(textRecords(topic, ['a', 'b', 'c', 'd']))
  // The group never committed; another task begins at 0, with another size of files.
  const second = await lake.open(t, { 'flush.size': '2' })
  await second.put(textRecords(topic, ['a', 'b', 'c', 'd', 'e', 'f']))
  assert.deepEqual(await lake.lines(), ['"a"', '"b"', '"c"', '"d"', '"e"'])
  assert.deepEqual(await second.settled?.(), [{ topic, partition: 0, next: 5n }])
})

test('two tasks that both believe to own a partition make one lake, and the later one begins anew', async (t) => {
  const lake = new TestLake(t)
  const [zombie, owner] = [await lake.open(t), await lake.open(t)]
  await zombie.put(textRecords(topic, ['a', 'b']))
  await owner.put(textRecords(topic, ['a', 'b', 'c']))
  await zombie.put(textRecords(topic, ['c'], 2n))
  assert.deepEqual(await lake.lines(), ['"a"', '"b"', '"c"'])
  const late = await lake.open(t, { 'flush.size': '2' })
  await late.put(textRecords(topic, ['d'], 3n))
  await owner.put(textRecords(topic, ['d', 'e', 'f'], 3n))
  await assert.rejects(late.put(textRecords(topic, ['e'], 4n)), /Another task has cut readings-0/)
  assert.deepEqual(await lake.lines(), ['"a"', '"b"', '"c"', '"d"', '"e"', '"f"'])
})

test('the record of a commit goes some time after the group has committed', async (t) => {
  const lake = new TestLake(t)
  const clock = new ManualClock()
  const task = await lake.open(t, {}, clock)
  const putAndCommit = async (from: bigint) => {
    await task.put(textRecords(topic, ['a', 'b', 'c'], from))
    await task.committed?.((await task.settled?.()) ?? [])
  }
  await putAndCommit(0n)
  assert.equal(lake.commits.length, 1)
  clock.advance(3_600_000)
  await putAndCommit(3n)
  assert.deepEqual(lake.commits, ['topics/_leat/readings/0-0000000003.json'])
})

test('a task that slept while another one went on adds nothing, and begins anew', async (t) => {
  const lake = new TestLake(t)
  const fields = { 'partitioner.class': 'FieldPartitioner', 'partition.field.name': 'plant' }
  const reading = (plant: string) => ({ plant, at: 0n })
  const records = ['n', 'n', 'n', 's', 's', 's', 's'].map(reading)
  const asleep = await lake.open(t, { ...fields, 'flush.size': '5' })
  await asleep.put(valueRecords(readingSchema, records.slice(0, 4)))
  const owner = await lake.open(t, fields)
  await owner.put(valueRecords(readingSchema, records.slice(0, 3)))
  await owner.committed?.((await owner.settled?.()) ?? [])
  // It would name a file after the first record of a folder, with fewer records than the owner's.
  await assert.rejects(
    asleep.put(valueRecords(readingSchema, records.slice(4, 5), 4n)),
    /Another task has cut readings-0/,
  )
  await owner.put(valueRecords(readingSchema, records.slice(3, 6), 3n))
  assert.equal((await lake.lines()).length, 6)
})

test('a record that no file can hold is told, and the others are written once', async (t) => {
  const lake = new TestLake(t)
  const task = await lake.open(t, { 'format.class': 'ByteArrayFormat', 'flush.size': '2' })
  const [first, bad, last] = valueRecords(null, ['a', { no: 'bytes' }, 'b'])
  assert.ok(first && bad && last)
  await assert.rejects(task.put([first, bad, last]), BadRecordError)
  await task.put([first])
  await assert.rejects(task.put([bad]), BadRecordError)
  await task.put([last])
  assert.deepEqual(await lake.lines(), ['a', 'b'])
})

test('records without a value are passed over where that is said, and fail where not', async (t) => {
  const lake = new TestLake(t)
  const records = valueRecords(null, ['a', null, null])
  const strict = await lake.open(t)
  await assert.rejects(strict.put(records), /has no value/)
  const task = await lake.open(t, { 'behavior.on.null.values': 'ignore', 'flush.size': '1' })
  await task.put(records)
  assert.deepEqual(await task.settled?.(), [{ topic, partition: 0, next: 3n }])
  assert.deepEqual(await lake.lines(), ['"a"'])
})

test('a schedule ends files by the clock, counted from midnight of the zone', async (t) => {
  const lake = new TestLake(t)
  const clock = new ManualClock(Date.UTC(2026, 0, 1, 12, 50))
  const more = { 'rotate.schedule.interval.ms': '3600000', 'flush.size': '100' }
  const task = await lake.open(t, more, clock)
  await task.put(textRecords(topic, ['a']))
  clock.advance(9 * 60_000)
  assert.deepEqual(await task.settled?.(), [])
  clock.advance(60_000)
  assert.deepEqual(await task.settled?.(), [{ topic, partition: 0, next: 1n }])
})

const readingSchema: ConnectSchema = {
  type: 'struct',
  optional: false,
  name: 'Reading',
  fields: [
    { name: 'plant', schema: { type: 'string', optional: false } },
    { name: 'at', schema: { type: 'int64', optional: false } },
  ],
}

function readingAt(plant: string, iso: string) {
  return { plant, at: BigInt(Date.parse(iso)) }
}

test('fields name folders as Hive has them, and a value cannot lead out of its folder', async (t) => {
  const lake = new TestLake(t)
  const more = { 'partitioner.class': 'FieldPartitioner', 'partition.field.name': 'plant' }
  const task = await lake.open(t, more)
  const plants = ['north', '../../etc', '..']
  await task.put(
    valueRecords(
      readingSchema,
      plants.map((plant) => readingAt(plant, '2026-01-01T00:00:00Z')),
    ),
  )
  assert.deepEqual(lake.names, [
    'topics/readings/plant=%2E%2E/readings+0+0000000002.json',
    'topics/readings/plant=..%2F..%2Fetc/readings+0+0000000001.json',
    'topics/readings/plant=north/readings+0+0000000000.json',
  ])
})

test('hours are those of the zone and of the field, and a new hour ends a file', async (t) => {
  const lake = new TestLake(t)
  const task = await lake.open(t, {
    'partitioner.class': 'io.confluent.connect.storage.partitioner.HourlyPartitioner',
    timezone: 'Asia/Tokyo',
    'timestamp.extractor': 'RecordField',
    'timestamp.field': 'at',
    'rotate.interval.ms': '3600000',
    'flush.size': '100',
  })
  const times = ['2026-01-01T14:59:59Z', '2026-01-01T15:00:00Z', '2026-01-01T16:30:00Z']
  await task.put(
    valueRecords(
      readingSchema,
      times.map((time) => readingAt('north', time)),
    ),
  )
  assert.deepEqual(lake.names, [
    'topics/readings/year=2026/month=01/day=01/hour=23/readings+0+0000000000.json',
    'topics/readings/year=2026/month=01/day=02/hour=00/readings+0+0000000001.json',
  ])
})

for (const [type, ending, unpacked] of [
  ['gzip', '.json.gz', gunzipSync],
  ['zstd', '.json.zst', zstdDecompressSync],
] as const) {
  test(`lines are compressed by ${type}`, async (t) => {
    const lake = new TestLake(t)
    const task = await lake.open(t, { 's3.compression.type': type })
    await task.put(textRecords(topic, ['a', 'b']))
    await task.put(textRecords(topic, ['c'], 2n))
    const [name = ''] = lake.names
    assert.ok(name.endsWith(ending))
    assert.equal(`${unpacked(await lake.bytes(name))}`, '"a"\n"b"\n"c"\n')
  })
}

test('keys and headers stand in files beside the values', async (t) => {
  const lake = new TestLake(t)
  const task = await lake.open(t, {
    'store.kafka.keys': 'true',
    'keys.format.class': 'JsonFormat',
    'store.kafka.headers': 'true',
    'headers.format.class': 'JsonFormat',
    'flush.size': '1',
  })
  const [record] = textRecords(topic, ['a'])
  assert.ok(record)
  await task.put([{ ...record, headers: [{ key: 'unit', schema: null, value: 7 }] }])
  assert.deepEqual(
    lake.names.map((name) => name.replace(/.*0000/, '')),
    ['.headers.json', '.json', '.keys.json'],
  )
  assert.deepEqual(await lake.lines(), ['[{"key":"unit","value":"7"}]', '"a"', '"key-a"'])
})

test('a name of the user’s without an offset is overwritten, as the program did that named files so', async (t) => {
  const lake = new TestLake(t)
  const task = await lake.open(
    t,
    {
      'object.name.format': 'manuela-temperature-{date}.txt',
      'format.class': 'ByteArrayFormat',
      'flush.size': '2',
    },
    new ManualClock(Date.UTC(2020, 7, 8, 12, 34, 56)),
  )
  await task.put(textRecords(topic, ['a', 'b', 'c', 'd']))
  assert.deepEqual(lake.names, ['manuela-temperature-Sat Aug 08 12:34:56 UTC 2020.txt'])
  assert.deepEqual(await lake.lines(), ['c', 'd'])
})

test('names by time and offset are always the same, and the last few readings do not wait for ten', async (t) => {
  const lake = new TestLake(t)
  const clock = new ManualClock(Date.UTC(2020, 7, 8, 12, 34, 56))
  const config = {
    'object.name.format': 'manuela-temperature-{time}-{partition}-{offset}.txt',
    ...{ 'format.class': 'ByteArrayFormat', 'flush.size': '10' },
    'rotate.schedule.interval.ms': '60000',
  }
  const records = textRecords(topic, ['a', 'b', 'c']).map((record) => ({
    ...record,
    timestamp: Date.UTC(2020, 7, 8, 12, 34, 50, 250),
  }))
  for (const minutes of [1, 2]) {
    const task = await lake.open(t, config, clock)
    await task.put(records)
    clock.advance(minutes * 60_000)
    assert.deepEqual(await task.settled?.(), [{ topic, partition: 0, next: 3n }])
  }
  assert.deepEqual(lake.names, ['manuela-temperature-20200808T123450Z-0-0000000000.txt'])
  assert.deepEqual(await lake.lines(), ['a', 'b', 'c'])
})

test('of records without a value keys and headers can be kept, in a folder of their own', async (t) => {
  const lake = new TestLake(t)
  const task = await lake.open(t, {
    'behavior.on.null.values': 'write',
    ...{ 'store.kafka.keys': 'true', 'keys.format.class': 'JsonFormat', 'flush.size': '3' },
    ...{ 'partitioner.class': 'HourlyPartitioner', 'timestamp.extractor': 'RecordField' },
    ...{ 'timestamp.field': 'at', 'rotate.interval.ms': '3600000' },
    'rotate.file.on.partition.change': 'false',
  })
  const at = '2026-01-01T00:30:00Z'
  const [first, gone, last] = valueRecords(null, [{ at }, null, { at }])
  assert.ok(first && gone && last)
  await task.put([first, { ...gone, timestamp: Date.parse(at) }, last])
  const hour = 'topics/readings/year=2026/month=01/day=01/hour=00/readings+0+0000000000'
  assert.deepEqual(lake.names, [
    'topics/readings/tombstone/readings+0+0000000001.keys.json',
    `${hour}.json`,
    `${hour}.keys.json`,
  ])
  assert.deepEqual(await lake.lines(), [
    '"key-1"',
    ...[`{"at":"${at}"}`, `{"at":"${at}"}`],
    ...['"key-0"', '"key-2"'],
  ])
})

for (const [option, config, says] of [
  ['behavior.on.null.values', { 'behavior.on.null.values': 'write' }, /set 'store.kafka.keys'/],
  ['s3.object.tagging', { 's3.object.tagging': 'true' }, /directory have no tags/],
  ['format.class', { 'partitioner.class': 'SinetStreamPartitioner' }, /must be ByteArrayFormat/],
  ['store.url', { 'partitioner.class': 'SinetStreamPartitioner' }, /must be an S3 server/],
] as const) {
  test(`what does not go together is refused: ${option} of ${JSON.stringify(config)}`, (t) => {
    const whole = { ...new TestLake(t).config, ...config }
    const { values } = readOptions(s3Sink.options, whole)
    assert.ok(values)
    const errors = s3Sink.check?.(values) as Record<string, readonly string[]>
    assert.match(errors[option]?.join() ?? '', says)
  })
}

test('a directory that cannot be written to is tried again, and nothing is written twice', async (t) => {
  const lake = new TestLake(t)
  const task = await lake.open(t)
  const blocked = `${lake.folder}/topics`
  const { rm, writeFile } = await import('node:fs/promises')
  await writeFile(blocked, 'in the way')
  const records = textRecords(topic, ['a', 'b', 'c'])
  await assert.rejects(task.put(records), RetriableError)
  await assert.rejects(task.put(records), RetriableError)
  await rm(blocked)
  await task.put(records)
  assert.deepEqual(await lake.lines(), ['"a"', '"b"', '"c"'])
})
