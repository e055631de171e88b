/** SINETStream's own plugin for S3 and ours, over one server: names, metadata and bytes, both ways. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { Reader, Writer, type WriterParameters } from '../../src/client/reader-and-writer.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'
import { type S3Server, startS3 } from '../helpers/s3.ts'
import { shared } from '../helpers/subject.ts'

const skip = withoutPeer('versitygw', 'sinetstream')
const server = shared(startS3)

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
/** More than a page of SINETStream's reader, which has a hundred. */
const count = 103
const firstSeconds = 1_700_000_000.5

const encrypted = {
  data_encryption: true,
  crypto: { algorithm: 'AES', mode: 'GCM', key_length: 256, password: 'a long secret' },
} as const

type Coding = Pick<
  WriterParameters,
  'data_compression' | 'compression' | 'data_encryption' | 'crypto'
>
/** What the bytes of an object may be besides plain. */
const codings: Record<string, Coding> = {
  zstd: { data_compression: true, compression: { algorithm: 'zstd' } },
  lz4: { data_compression: true, compression: { algorithm: 'lz4' } },
  gcm: encrypted,
  'gzip-gcm': { data_compression: true, ...encrypted },
  'lz4-eax': {
    ...{ data_compression: true, compression: { algorithm: 'lz4' } },
    ...{ data_encryption: true, crypto: { ...encrypted.crypto, mode: 'EAX' } },
  },
}

/** The time is 2023-11-14 22:13 in Greenwich. */
const namings = [
  { name: 'day', utc_offset: '+0900', date: '2023/11/15' },
  { name: 'hour', utc_offset: '-0330', date: '2023/11/14/18' },
  { name: 'minute', utc_offset: '+05:45', date: '2023/11/15/03/58' },
]

for (const { name, utc_offset, date } of namings) {
  for (const user_data_only of [false, true]) {
    const what = `by the ${name}, ${user_data_only ? 'without' : 'with'} an envelope`

    test(`SINETStream reads what is written here ${what}, and what it writes is read here`, {
      skip,
    }, async () => {
      const own = await server()
      const theirs = serviceIn(own, `theirs-${name}-${user_data_only}`)
      const ours = serviceIn(own, `ours-${name}-${user_data_only}`)
      const random = seededRandom(4711)
      const messages = Array.from({ length: count }, (_, number) => ({
        value: random.bytes(1 + number),
        // Eighths, so that Python's seconds are exact; all within one minute.
        seconds: firstSeconds + number / 8,
      }))

      const told = await ask(theirs, {
        write: messages.map(({ value, seconds }) => [value.toString('hex'), seconds]),
      })
      const writer = await Writer.open({ ...ours, topic: 'sensor' })
      for (const { value, seconds } of messages) {
        await writer.publish(value, { timestampUs: seconds * 1_000_000 })
      }
      const said = { uuid: writer.info('s3.writer.uuid'), seqno: writer.info('s3.writer.seqno') }
      await writer.close()
      assert.deepEqual([told.seqno, said.seqno], [count, count])

      // What lies there differs in nothing but the writers' names.
      const laidByThem = await laidIn(own, theirs, told.uuid)
      const laidByUs = await laidIn(own, ours, said.uuid)
      assert.deepEqual(laidByUs, laidByThem)
      assert.equal(laidByUs.length, count)
      const pattern = new RegExp(`^sensor/${date}/sensor-UUID-[1-9]\\d*\\.bin$`)
      for (const { key } of laidByUs) assert.match(key, pattern)

      const expected = messages.map(({ value, seconds }) => {
        return [value.toString('hex'), seconds * 1_000_000, 'sensor']
      })
      const heardByThem = (await ask(ours, {})).messages as unknown[][]
      assert.deepEqual(byTime(heardByThem), expected)
      const reader = await Reader.open({ ...theirs, topics: ['sensor'] })
      const heard: unknown[] = []
      for await (const { value, timestampUs, topic } of reader) {
        heard.push([Buffer.from(value).toString('hex'), timestampUs, topic])
      }
      await reader.close()
      assert.deepEqual(heard, expected)
    })

    const serviceIn = ({ spec }: S3Server, prefix: string) => ({
      ...({ no_config: true, type: 's3', value_type: 'byte_array', user_data_only } as const),
      type_spec: { ...spec, name, utc_offset, prefix },
    })
  }
}

for (const [name, coding] of Object.entries(codings)) {
  for (const user_data_only of [false, true]) {
    test(`objects with ${name} ${user_data_only ? 'without' : 'with'} an envelope are read by both sides`, {
      skip,
    }, async () => {
      const { spec } = await server()
      const service = (side: string) => ({
        ...({ no_config: true, type: 's3', value_type: 'byte_array', user_data_only } as const),
        ...{ ...coding, type_spec: { ...spec, prefix: `${side}-${name}-${user_data_only}` } },
      })
      const [theirs, ours] = [service('theirs'), service('ours')]
      const random = seededRandom(4711)
      const values = [0, 1, 100, 5000].map((bytes) => random.bytes(bytes))
      const seconds = (number: number) => firstSeconds + number / 8
      const expected = values.map((value, number) => {
        return [value.toString('hex'), seconds(number) * 1_000_000, 'sensor']
      })

      await ask(theirs, {
        write: values.map((value, number) => [value.toString('hex'), seconds(number)]),
      })
      const writer = await Writer.open({ ...ours, topic: 'sensor' })
      for (const [number, value] of values.entries()) {
        await writer.publish(value, { timestampUs: seconds(number) * 1_000_000 })
      }
      await writer.close()

      const heardByThem = (await ask(ours, {})).messages as unknown[][]
      assert.deepEqual(byTime(heardByThem), expected)
      await using reader = await Reader.open({ ...theirs, topics: ['sensor'] })
      const heard: unknown[][] = []
      for await (const { value, timestampUs, topic } of reader) {
        heard.push([Buffer.from(value).toString('hex'), timestampUs, topic])
      }
      assert.deepEqual(byTime(heard), expected)
    })
  }
}

type Service = Readonly<{ type_spec: { readonly prefix: string } }>

async function ask(service: Service, task: object): Promise<Record<string, unknown>> {
  const whole = { service, topic: 'sensor', ...task }
  return await report('sinetstream', program('sinetstream_s3.py'), JSON.stringify(whole))
}

/** The objects of a service as they lie there, by name, without its prefix and with its writer's name taken out. */
async function laidIn(server: S3Server, { type_spec: { prefix } }: Service, writer: unknown) {
  assert.match(String(writer), new RegExp(`^${uuid}$`))
  const objects = await server.objects(`${prefix}/`)
  const named = objects.map(({ key, bytes, metadata }) => ({
    key: key.slice(prefix.length + 1).replace(String(writer), 'UUID'),
    bytes: bytes.toString('hex'),
    metadata,
  }))
  return named.toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

function byTime(messages: readonly unknown[][]): unknown[][] {
  return messages.toSorted(([, a], [, b]) => Number(a) - Number(b))
}
