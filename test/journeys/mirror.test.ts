/**
 * A factory mirrors its readings to the centre. Both are killed again and again while machines go on
 * sending; at the end each reading is at the centre once, in order, and a group that moves there has
 * read each once.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { between, seededRandom } from '../../src/base/random.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { ofOwnBroker } from '../helpers/against.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { leatCommand, startLeat } from '../helpers/leat.ts'
import { freePorts } from '../helpers/ports.ts'
import { outputOf } from '../helpers/programs.ts'

const total = 4000
const partitions = 2

test('readings of a factory are at the centre once and in order, though both ends are killed', async (t) => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const centre = await startLeat(t, { ownBroker: true })
  const factory = await startLeat(t, {
    kafka: { topics: { readings: { partitions } } },
    mirrors: [{ alias: 'factory', target: 'centre', to: { brokers: [centre.brokers] } }],
  })
  const [here, there] = [factory, centre].map(
    ({ brokers }) => new KafkaClient({ brokers: [brokers], clientId: 'test' }),
  ) as [KafkaClient, KafkaClient]
  t.after(() => Promise.all([here.close(), there.close()]))
  const producer = here.producer()
  const sent: Promise<unknown>[] = []
  for (let n = 0; n < total; n++) {
    const value = Buffer.from(`${n}`)
    sent.push(producer.send({ topic: 'readings', partition: n % partitions, value }))
    if (n % 500 !== 499) continue
    const event = between(random, 0, 2)
    // What was sent before a kill of the factory must be acknowledged: this producer tries long.
    if (event === 0) await centre.kill().then(() => centre.start())
    else if (event === 1) await factory.kill().then(() => factory.start())
    await Promise.all(sent.splice(0))
  }
  const values = await readAll(there, 'factory.readings', total)
  assert.deepEqual(
    values,
    Array.from({ length: partitions }, (_, partition) =>
      Array.from({ length: total / partitions }, (_, n) => `${n * partitions + partition}`),
    ),
  )
})

test('a mirror comes to its target by mutual TLS, with the files that leat certs made', {
  skip: ofOwnBroker('its listeners'),
}, async (t) => {
  const folder = temporaryFolder(t)
  const names = ['--host', '127.0.0.1', '--client', 'factory']
  await outputOf([...leatCommand, 'certs', 'init', '-d', folder, ...names])
  const [guarded, plain] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`)
  const [server, own] = [join(folder, 'server'), join(folder, 'clients/factory')]
  const ca = join(folder, 'ca.crt')
  const tls = { cert: `${server}.crt`, key: `${server}.key`, ca, clientAuth: 'required' }
  await startLeat(t, { kafka: { listeners: [{ bind: guarded, tls }, { bind: plain }] } })
  const keys = readFileSync(join(own, 'client-ssl.properties'), 'utf8').matchAll(
    /^([a-z.]+)=(.*)$/gm,
  )
  const config = Object.fromEntries(
    Array.from(keys, ([, key, value]) => [`target.cluster.${key}`, value]),
  )
  const factory = await startLeat(t, {
    kafka: { topics: { readings: { partitions } } },
    mirrors: [{ alias: 'factory', target: 'centre', to: { brokers: [guarded] }, config }],
  })
  await using here = new KafkaClient({ brokers: [factory.brokers], clientId: 'test' })
  const producer = here.producer()
  await producer.send({ topic: 'readings', partition: 1, value: Buffer.from('21.5') })
  await using there = new KafkaClient({ brokers: [`${plain}`], clientId: 'test' })
  assert.deepEqual(await readAll(there, 'factory.readings', 1), [[], ['21.5']])
})

/** By partition, once there are as many as that. */
async function readAll(client: KafkaClient, topic: string, count: number): Promise<string[][]> {
  const found: string[][] = Array.from({ length: partitions }, () => [])
  await using fetcher = client.fetcher({
    onRecords: (_topic, partition, records) => {
      for (const { value } of records) found[partition]?.push(`${value}`)
    },
    onError: (error) => {
      throw error
    },
  })
  for (const partition of found.keys()) fetcher.assign(topic, partition, 'earliest')
  await eventually('all are there', () => found.flat().length >= count, 60_000)
  return found
}
