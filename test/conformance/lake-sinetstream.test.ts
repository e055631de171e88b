/** The lake in SINETStream's own layout: its reader for S3 reads what the sink wrote of Kafka topics. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { s3Sink } from '../../src/connectors/s3/sink.ts'
import { openSinkTask, sinkRecord } from '../helpers/connector-tasks.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'
import { type S3Server, startS3 } from '../helpers/s3.ts'
import { shared } from '../helpers/subject.ts'

const layout = {
  ...{ 'partitioner.class': 'SinetStreamPartitioner', 'format.class': 'ByteArrayFormat' },
  ...{ 'topics.dir': 'raw', timezone: 'Asia/Tokyo' },
}
/** More than a page of SINETStream's reader, which has a hundred. */
const count = 103

const codings = {
  plain: {},
  'gzip-gcm': {
    ...{ data_compression: true, data_encryption: true },
    crypto: { algorithm: 'AES', mode: 'GCM', key_length: 256, password: 'a long secret' },
  },
}

describe('the lake and SINETStream', { skip: withoutPeer('versitygw', 'sinetstream') }, () => {
  const server = shared(startS3)

  test('what its Writer writes to Kafka, its Reader reads from the lake, encrypted and compressed as it is', async (t) => {
    const s3 = await startS3(t)
    const topics = Object.keys(codings)
    const leat = await startLeat(t, {
      connectors: {
        'to-lake': {
          ...{ ...s3.config, ...layout, 'connector.class': 'S3_SINK', topics: topics.join() },
          'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
          ...{ 'flush.size': 10, 'rotate.schedule.interval.ms': 1_000 },
        },
      },
    })
    for (const [topic, coding] of Object.entries(codings)) {
      const write = Array.from({ length: count }, (_, number) => {
        return [Buffer.from(`${topic} ${number}`).toString('hex'), 1_700_000_000.5 + number]
      })
      const kafka = { type: 'kafka', brokers: leat.brokers, consistency: 'AT_LEAST_ONCE' }
      await ask({ ...kafka, ...coding }, { topic, write })
      const hasAll = async () => (await s3.keys(`raw/${topic}/`)).length === count
      await eventually(`the lake has all of ${topic}`, hasAll, 120_000)
      const messages = await heard(s3, topic, coding)
      assert.deepEqual(
        messages,
        write.map(([value, seconds]) => [value, Number(seconds) * 1_000_000, topic]),
      )
    }
  })

  for (const [name, pattern] of [
    ['day', 'raw/day/2026/02/01/day'],
    ['hour', 'raw/hour/2026/02/01/00/hour'],
    ['minute', 'raw/minute/2026/02/01/00/30/minute'],
  ] as const) {
    test(`messages without an envelope have the times of their records, in folders by the ${name}`, async () => {
      const s3 = await server()
      const config = { ...s3.config, ...layout, 'sinetstream.name': name, 'flush.size': '7' }
      const at = Date.parse('2026-01-31T15:30:00.250Z')
      const records = Array.from({ length: 14 }, (_, number) => ({
        ...sinkRecord({
          ...{ topic: name, partition: number % 2, offset: number >> 1 },
          value: Buffer.from(`message ${number}`),
        }),
        timestamp: at + number,
      }))
      // The group never committed: another task begins anew.
      for (let run = 0; run < 2; run += 1) {
        await using task = await openSinkTask(s3Sink, config)
        await task.put(records)
      }
      const keys = (await s3.objects(`raw/${name}/`)).map(({ key }) => key)
      assert.equal(keys.length, 14)
      const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}'
      for (const key of keys) assert.match(key, new RegExp(`^${pattern}-${uuid}-[1-7]\\.bin$`))
      assert.deepEqual(
        await heard(s3, name, { user_data_only: true }, name),
        records.map(({ value }, number) => {
          return [(value as Buffer).toString('hex'), (at + number) * 1000, name]
        }),
      )
    })
  }
})

/** Value in hex, microseconds, topic; by time. */
async function heard({ spec }: S3Server, topic: string, coding: object, name = 'day') {
  const service = { type: 's3', ...coding, type_spec: { ...spec, name } }
  const { messages } = await ask(service, { topic })
  return (messages as unknown[][]).toSorted(([, a], [, b]) => Number(a) - Number(b))
}

async function ask(service: object, task: object): Promise<Record<string, unknown>> {
  return await report(
    'sinetstream',
    program('sinetstream_s3.py'),
    JSON.stringify({ service, ...task }),
  )
}
