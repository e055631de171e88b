/** Clients of four families over mutual TLS, each verifying the name of the listener by itself. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { temporaryFolder } from '../helpers/folders.ts'
import { kafkaTool } from '../helpers/kafka-tools.ts'
import { leatCommand, startLeat } from '../helpers/leat.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { freePorts } from '../helpers/ports.ts'
import { outputOf } from '../helpers/programs.ts'
import { program } from '../helpers/python.ts'

interface Place {
  readonly broker: string
  /** A file of the client's. */
  readonly file: (name: string) => string
}

/** What each of them reads of the first record that it wrote. */
const clients: Readonly<Record<string, (place: Place) => Promise<string>>> = {
  async java({ broker, file }) {
    const properties = file('client-ssl.properties')
    const as = (option: string) => ['--bootstrap-server', broker, option, properties]
    const topic = ['--topic', 'over-tls']
    const producer = kafkaTool('4.3.1', 'ConsoleProducer', ...as('--command-config'), ...topic)
    await outputOf(producer, { input: 'by java\n' })
    const once = ['--from-beginning', '--max-messages', '1', '--timeout-ms', '60000']
    const consumer = ['ConsoleConsumer', ...as('--command-config'), ...topic, ...once] as const
    return await outputOf(kafkaTool('4.3.1', ...consumer))
  },
  async librdkafka({ broker, file }) {
    const options = [
      ...['security.protocol=SSL', 'ssl.endpoint.identification.algorithm=https'],
      `ssl.ca.location=${file('ca.crt')}`,
      `ssl.certificate.location=${file('client.crt')}`,
      `ssl.key.location=${file('client.key')}`,
    ]
    const kcat = ['kcat', '-b', broker, '-t', 'over-tls', ...options.flatMap((one) => ['-X', one])]
    await outputOf([...kcat, '-P'], { input: 'by librdkafka\n' })
    return await outputOf([...kcat, '-C', '-e', '-q', '-c', '1'])
  },
  async 'kafka-python'({ broker, file }) {
    const files = ['ca.crt', 'client.crt', 'client.key'].map(file)
    const python = pythonOf('kafka-python-3.0.12')
    return await outputOf([python, program('tls_round_trip.py'), broker, ...files])
  },
  async kafkajs({ broker, file }) {
    const [ca = '', cert = '', key = ''] = ['ca.crt', 'client.crt', 'client.key'].map((name) =>
      readFileSync(file(name), 'utf8'),
    )
    const kafka = new Kafka({
      brokers: [broker],
      ssl: { ca, cert, key },
      logLevel: logLevel.NOTHING,
      connectionTimeout: 60_000,
    })
    const producer = kafka.producer()
    await producer.connect()
    await producer.send({ topic: 'over-tls', messages: [{ value: 'by kafkajs' }] })
    await producer.disconnect()
    const consumer = kafka.consumer({ groupId: 'over-tls' })
    await consumer.connect()
    await consumer.subscribe({ topic: 'over-tls', fromBeginning: true })
    const value = await new Promise<string>((resolve) => {
      void consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) })
    })
    await consumer.disconnect()
    return `${value}\n`
  },
}

for (const [name, roundTrip] of Object.entries(clients)) {
  const needed = withoutPeer('java', 'kafka-tools-4.3.1', 'kcat', 'openssl', 'kafka-python-3.0.12')
  test(`${name} writes and reads over mutual TLS, by a certificate for hosts and by one for a CN alone`, {
    skip: needed,
  }, async (t) => {
    for (const open of [listenerForHosts, listenerForCommonName]) {
      assert.equal(await roundTrip(await open(t)), `by ${name}\n`)
    }
  })
}

async function listenerForHosts(t: TestContext): Promise<Place> {
  const folder = await certificates(t)
  const server = { cert: join(folder, 'server.crt'), key: join(folder, 'server.key') }
  return await start(t, folder, '127.0.0.1', server)
}

/** As people have always made them: `CN=localhost` and no other name. */
async function listenerForCommonName(t: TestContext): Promise<Place> {
  const folder = await certificates(t)
  const path = (name: string) => join(folder, name)
  const request = ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', '/C=DE/CN=localhost']
  await outputOf(['openssl', ...request, '-keyout', path('cn.key'), '-out', path('cn.csr')])
  const signer = ['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-CAcreateserial']
  const sign = [
    'x509',
    '-req',
    '-days',
    '9',
    ...signer,
    '-in',
    path('cn.csr'),
    '-out',
    path('cn.crt'),
  ]
  await outputOf(['openssl', ...sign])
  return await start(t, folder, 'localhost', { cert: path('cn.crt'), key: path('cn.key') })
}

async function certificates(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t)
  await outputOf([...leatCommand, 'certs', 'init', '-d', folder, '--host', '127.0.0.1'])
  return folder
}

async function start(
  t: TestContext,
  folder: string,
  host: string,
  server: { readonly cert: string; readonly key: string },
): Promise<Place> {
  const [port = 0] = await freePorts(1)
  const tls = { ...server, ca: join(folder, 'ca.crt'), clientAuth: 'required' }
  const listener = { bind: `127.0.0.1:${port}`, advertised: `${host}:${port}`, tls }
  await startLeat(t, { kafka: { listeners: [listener] } })
  return { broker: `${host}:${port}`, file: (name) => join(folder, 'clients/client', name) }
}
