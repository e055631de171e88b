// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
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
import { readBy } from '../helpers/mirrors.ts'
import { freePorts } from '../helpers/ports.ts'
import { outputOf, runProgram } from '../helpers/programs.ts'

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

test('a group that moves to the centre and back again and again reads each reading once, though both ends are killed', async (t) => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const centre = await startLeat(t, { ownBroker: true })
  const often = {
    'sync.group.offsets.interval.seconds': 1,
    'emit.checkpoints.interval.seconds': 1,
    'refresh.topics.interval.seconds': 1,
  }
  const factory = await startLeat(t, {
    kafka: { topics: { readings: { partitions } } },
    mirrors: [
      { alias: 'factory', target: 'centre', to: { brokers: [centre.brokers] }, config: often },
    ],
  })
  await using here = new KafkaClient({ brokers: [factory.brokers], clientId: 'test' })
  await using there = new KafkaClient({ brokers: [centre.brokers], clientId: 'test' })
  const producer = here.producer()
  let next = 0
  const send = async (count: number) => {
    const sent = Array.from({ length: count }, () => {
      const n = next++
      const value = Buffer.from(`${n}`)
      return producer.send({ topic: 'readings', partition: n % partitions, value })
    })
    await Promise.all(sent)
  }
  const environment = { LEAT_CONNECT: factory.connectUrl }
  /** Not before all is copied and the group is equally far at both ends. */
  const inStep = () =>
    eventually(
      'both ends are in step',
      async () => {
        const status = [...leatCommand, 'mirror', 'status', '-o', 'json']
        const { exitCode, stdout } = await runProgram(status, { env: environment })
        if (exitCode !== 0) return false
        const { mirrors, partitions: all, groups } = JSON.parse(stdout)
        const ours = all.filter((one: { topic: string }) => one.topic === 'readings')
        const isCopied = mirrors.every((one: { behind: number }) => one.behind === 0)
        const group = groups.find((one: { group: string }) => one.group === 'analysis')
        return ours.length === partitions && isCopied && group?.synced === true
      },
      90_000,
    )
  const read: string[] = []
  // What was deleted at the source never came to the target: offsets differ.
  await send(40)
  await here.deleteRecords('readings', 0, 5n)
  read.push(...(await readBy(here, 'analysis', 'readings', 35)))
  for (let move = 0; move < 4; move++) {
    await send(between(random, 50, 200))
    const killed = between(random, 0, 2)
    if (killed === 0) await centre.kill().then(() => centre.start())
    else if (killed === 1) await factory.kill().then(() => factory.start())
    await inStep()
    const [client, topic] = move % 2 === 0 ? [there, 'factory.readings'] : [here, 'readings']
    const left = next - 5 - read.length
    read.push(...(await readBy(client, 'analysis', topic, left)))
  }
  const wanted = Array.from({ length: next }, (_, n) => n).filter((n) => n % 2 === 1 || n >= 10)
  assert.deepEqual(
    read.map(Number).sort((one, other) => one - other),
    wanted,
  )
})

test('a mirror logs in at a centre whose certificate has no names but a CN, as the one of a route', {
  skip: ofOwnBroker('its listeners'),
}, async (t) => {
  const folder = temporaryFolder(t)
  const [crt, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')]
  await outputOf([
    ...['openssl', 'req', '-newkey', 'rsa:2048', '-nodes', '-x509', '-days', '2'],
    ...['-subj', '/C=DE/OU=Manuela/CN=*.apps.example', '-keyout', key, '-out', crt],
  ])
  const [guarded, plain] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`)
  const tls = { cert: crt, key }
  const password = 'a \\ "difficult" one'
  await startLeat(t, {
    kafka: {
      listeners: [{ bind: guarded, tls, auth: ['SCRAM-SHA-512'] }, { bind: plain }],
    },
    access: {
      users: { factory: { password: '${env:FACTORY_PASSWORD}' } },
      superUsers: ['User:factory', 'User:ANONYMOUS'],
    },
    env: { FACTORY_PASSWORD: password },
  })
  const to = {
    brokers: [guarded],
    tls: { ca: crt, serverName: 'kafka.apps.example' },
    sasl: {
      ...{ mechanism: 'SCRAM-SHA-512', username: 'factory', password: '${env:PASSWORD}' },
    },
  }
  const factory = await startLeat(t, {
    kafka: { topics: { readings: { partitions } } },
    mirrors: [{ alias: 'factory', target: 'centre', to }],
    env: { PASSWORD: password },
  })
  await using here = new KafkaClient({ brokers: [factory.brokers], clientId: 'test' })
  const value = Buffer.from('21.5')
  await here.producer().send({ topic: 'readings', partition: 0, value })
  await using there = new KafkaClient({ brokers: [`${plain}`], clientId: 'test' })
  assert.deepEqual(await readAll(there, 'factory.readings', 1), [['21.5'], []])
  // The password stands in no answer of Connect's.
  const shown = await fetch(`${factory.connectUrl}/connectors?expand=info`)
  assert.ok(!(await shown.text()).includes('difficult'))
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
