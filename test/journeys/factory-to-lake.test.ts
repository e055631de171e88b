/**
 * From a factory that lets nobody in to the lake of its headquarters. Machines publish over MQTT by
 * WebSocket; leat routes their lines into topics and mirrors these over a link that only the factory
 * opens, to a route with TLS; there a consumer of 2019 reads them, and objects of ten lines are fetched
 * from the lake. The cable is pulled in between.
 */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { stringify } from 'yaml'
import { ofOwnBroker } from '../helpers/against.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { kafkaTool } from '../helpers/kafka-tools.ts'
import { Laboratory, withoutLaboratory } from '../helpers/laboratory.ts'
import { leatCommand } from '../helpers/leat.ts'
import { peersHome, programOf, withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram, startProgram } from '../helpers/programs.ts'

const topic = 'iot-sensor-sw-temperature'
const copies = `manuela-factory.${topic}`
const route = 'kafka.apps.example'
const keys = { access: 'leat-journey', secret: 'the-secret-of-a-journey' }
const linesOfAnObject = 10

type Sites = Laboratory<'central', 'factory'>

test('readings of a factory that lets nobody in are read at the centre, and fetched from its lake', {
  skip:
    ofOwnBroker('its route and its machines') ||
    withoutLaboratory() ||
    withoutPeer('nftables', 'java', 'kafka-tools-2.1.1', 'versitygw', 'lake-readers'),
}, async (t) => {
  const sites = await Laboratory.setUp(t, {
    ...{ middle: 'central', names: [route], around: ['factory'] },
  } as const)
  await sites.closeTo('factory')
  const certificate = await certificateOfRoute(t)
  const s3cmd = await lakeAt(sites, t)
  await leatAt(sites, t, 'central', central(certificate))
  await leatAt(sites, t, 'factory', factory(certificate.crt))
  assert.equal(await reaches(sites, 'factory', '127.0.0.1', 1883), 'open')
  assert.equal(await reaches(sites, 'central', sites.addressOf('factory'), 1883), 'closed')

  await Promise.all([sensor(sites, 'pump-1', 20), sensor(sites, 'pump-2', 20)])
  await inStep(sites, 40)
  await sites.pullCable('factory')
  await Promise.all([sensor(sites, 'pump-1', 15), sensor(sites, 'pump-2', 15)])
  await sites.plugCable('factory')
  await inStep(sites, 70)

  const sent = await linesAt(sites, 'factory', topic)
  assert.equal(sent.length, 70)
  for (const line of sent) assert.match(line, /^floor-1-line-1-extruder-1,pump-\d,[\d.]+,\d{13}$/)
  const consumer = kafkaTool(
    '2.1.1',
    'ConsoleConsumer',
    ...['--bootstrap-server', '127.0.0.1:9092', '--topic', copies, '--from-beginning'],
    ...['--max-messages', '70', '--timeout-ms', '60000'],
  )
  const read = await outputOf(sites.on('central', consumer), { deadlineMs: 120_000 })
  assert.deepEqual(read.trim().split('\n'), sent)

  const names = await eventually(
    'all are in the lake',
    async () => {
      const listed = (await s3cmd('ls', 's3://lake/')).match(/s3:.*\/manuela-.*/g)
      return listed?.length === sent.length / linesOfAnObject ? listed : undefined
    },
    60_000,
  )
  const file = join(temporaryFolder(t), 'got.txt')
  const fetched: string[] = []
  for (const name of names.sort()) {
    await s3cmd('get', '--force', name, file)
    fetched.push(...readFileSync(file, 'utf8').trim().split('\n'))
  }
  assert.deepEqual(fetched, sent)
})

/** As document and tutorial make it: no names but a CN with a star. */
async function certificateOfRoute(t: TestContext) {
  const folder = temporaryFolder(t)
  const [crt, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')]
  await outputOf([
    ...['openssl', 'req', '-newkey', 'rsa:2048', '-nodes', '-x509', '-days', '2'],
    ...['-subj', '/C=DE/OU=Manuela/CN=*.apps.example', '-keyout', key, '-out', crt],
  ])
  return { crt, key }
}

function factory(ca: string) {
  return {
    kafka: { listeners: [{ bind: '127.0.0.1:9092' }] },
    mqtt: {
      listeners: [{ bind: '0.0.0.0:1883' }],
      routes: [{ from: 'iot-sensor/sw/temperature', to: topic }],
    },
    mirrors: [
      {
        ...{ alias: 'manuela-factory', target: 'central', topics: ['iot-sensor-.*'] },
        to: { brokers: [`${route}:443`], tls: { ca } },
      },
    ],
  }
}

function central({ crt, key }: { crt: string; key: string }) {
  return {
    kafka: {
      listeners: [
        { bind: '0.0.0.0:443', advertised: `${route}:443`, tls: { cert: crt, key } },
        { bind: '127.0.0.1:9092' },
      ],
      topics: { [copies]: {} },
    },
    connect: {
      bind: '127.0.0.1:8083',
      connectors: {
        'to-lake': {
          'connector.class': 'S3_SINK',
          topics: copies,
          'store.url': 'http://127.0.0.1:7070',
          ...{ 's3.bucket.name': 'lake', 's3.region': 'us-east-1' },
          ...{ 'aws.access.key.id': keys.access, 'aws.secret.access.key': keys.secret },
          ...{ 'format.class': 'ByteArrayFormat', 'flush.size': `${linesOfAnObject}` },
          'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
          'object.name.format': 'manuela-temperature-{partition}-{offset}.txt',
          'consumer.override.auto.offset.reset': 'earliest',
        },
      },
    },
  }
}

async function leatAt(sites: Sites, t: TestContext, machine: 'central' | 'factory', file: object) {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'leat.yml'), stringify({ data: join(folder, 'data'), ...file }))
  const command = sites.on(machine, [...leatCommand, 'up'])
  await startProgram(t, command, { cwd: folder }).says('is up')
}

/** A real S3 server at the centre, and the command by which people look into it. */
async function lakeAt(sites: Sites, t: TestContext) {
  const folder = temporaryFolder(t)
  const path = (name: string) => join(folder, name)
  for (const name of ['metadata', 'users', 'store/lake']) mkdirSync(path(name), { recursive: true })
  const server = [programOf('versitygw'), '--quiet', '--port', '127.0.0.1:7070']
  const place = ['--iam-dir', path('users'), 'posix', '--sidecar', path('metadata'), path('store')]
  startProgram(t, sites.on('central', [...server, ...place]), {
    env: { ROOT_ACCESS_KEY_ID: keys.access, ROOT_SECRET_ACCESS_KEY: keys.secret },
  })
  const program = join(peersHome, 'lake-readers', 'bin', 's3cmd')
  const login = [`--access_key=${keys.access}`, `--secret_key=${keys.secret}`, '--no-ssl']
  const host = ['--host=127.0.0.1:7070', '--host-bucket=s3://lake/', '--no-progress']
  const s3cmd = (...command: string[]) =>
    outputOf(sites.on('central', [program, ...login, ...host, ...command]), {
      env: { HOME: folder },
    })
  const isThere = async () => (await s3cmd('ls').catch(() => undefined)) !== undefined
  await eventually('the lake is there', isThere)
  return s3cmd
}

async function sensor(sites: Sites, device: string, count: number): Promise<void> {
  const machine = ['-m', 'floor-1-line-1-extruder-1', '-d', device]
  const what = ['--metrics', 'temperature', '--set', 'temperature.frequency=0.05', '-n', `${count}`]
  const url = ['--url', 'ws://127.0.0.1:1883']
  await outputOf(sites.on('factory', [...leatCommand, 'sensor', ...url, ...machine, ...what]))
}

/** What the mirror says of itself, at the factory. */
async function inStep(sites: Sites, count: number): Promise<void> {
  const status = sites.on('factory', [...leatCommand, 'mirror', 'status', '-o', 'json'])
  await eventually(
    'the mirror has copied all',
    async () => {
      const { exitCode, stdout } = await runProgram(status)
      if (exitCode !== 0) return false
      const { partitions } = JSON.parse(stdout) as {
        partitions: { topic: string; next: number; behind: number }[]
      }
      const ours = partitions.filter((one) => one.topic === topic)
      const copied = ours.reduce((sum, { next }) => sum + next, 0)
      return copied === count && ours.every(({ behind }) => behind === 0)
    },
    120_000,
  )
}

async function linesAt(sites: Sites, machine: 'factory', of: string): Promise<string[]> {
  const consume = [...leatCommand, 'consume', of, '--offset', 'start:end']
  return (await outputOf(sites.on(machine, consume))).trim().split('\n')
}

/** Whether a connection can be opened from there. */
async function reaches(
  sites: Sites,
  machine: 'central' | 'factory',
  host: string,
  port: number,
): Promise<string> {
  const program = `
    const socket = require('node:net').connect(${port}, '${host}')
    const say = (word) => { console.log(word); process.exit() }
    socket.on('connect', () => say('open')).on('error', () => say('closed'))
    setTimeout(() => say('closed'), 5000)`
  return (await outputOf(sites.on(machine, [process.execPath, '-e', program]))).trim()
}
