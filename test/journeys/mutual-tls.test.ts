/**
 * A course's cluster: everybody has a certificate, a topic named like themselves with 16 partitions,
 * and rights on it. Three listeners of one leat stand where three brokers stood.
 */
import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemRandom } from '../../src/base/random.ts'
import { issueCertificate } from '../../src/base/tls/issuing/certificate.ts'
import { ofOwnBroker } from '../helpers/against.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { kafkaTool } from '../helpers/kafka-tools.ts'
import { type LeatProcess, leatCommand, startLeat } from '../helpers/leat.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { freePorts } from '../helpers/ports.ts'
import { outputOf, runProgram, startProgram } from '../helpers/programs.ts'

const python = pythonOf('confluent-kafka-2.2.0')
const programs = join(import.meta.dirname, 'programs')
const password = 'a student-s'
const subject = ['--subject', 'L=MountainView,O=CONFLUENT,C=US']

test('students write to and read from their own topic, and from nobody else’s', {
  skip:
    ofOwnBroker('its listeners') ||
    withoutPeer('confluent-kafka-2.2.0', 'java', 'kafka-tools-4.3.1'),
}, async (t) => {
  const { brokers, certs } = await cluster(t)
  await certs('client', 'landau', 'client60', 'client61', ...subject)
  const { admin, student } = roles(t, certs.folder, brokers)
  const [first = ''] = brokers
  await admin('TopicCommand', '--create', '--topic', 'client60', '--partitions', '16')
  const allowed = ['--allow-principal', 'User:client60']
  for (const rights of [
    ['--operation', 'write', '--topic', 'client60'],
    ['--operation', 'read', '--topic', 'client60'],
    ['--operation', 'read', '--group', '*'],
  ]) {
    await admin('AclCommand', '--add', ...allowed, ...rights)
  }

  const typed = student('client60', 'secure_producer.py', brokers.join())
  const ended = await runProgram(typed.command, { cwd: typed.folder, input: 'hello\nwörld\n' })
  assert.match(ended.stderr, /EOFError/)
  const reading = student('client60', 'secure_consumer.py', first)
  const consumer = startProgram(t, reading.command, { cwd: reading.folder })
  await consumer.says("b'hello'")
  await consumer.says("b'w\\xc3\\xb6rld'")
  await consumer.says('Assigned 16 partitions')
  const second = startProgram(t, reading.command, { cwd: reading.folder })
  await second.says('Assigned 8 partitions')
  await consumer.says('Assigned 8 partitions')

  const stranger = student('client61', 'secure_consumer.py', first)
  const refused = startProgram(t, stranger.command, { cwd: stranger.folder })
  await refused.says(/Consumer error: .*(TOPIC|GROUP)_AUTHORIZATION_FAILED/)
  const properties = join(certs.folder, 'clients/client61/client-ssl.properties')
  const create = ['--create', '--topic', 'mine', '--command-config', properties]
  const tool = kafkaTool('4.3.1', 'TopicCommand', '--bootstrap-server', first, ...create)
  assert.match(
    (await runProgram(tool)).stdout,
    /Authorization failed|TopicAuthorizationException|ClusterAuthorization/,
  )
})

test('who has no good certificate is refused, and the log says why', {
  skip: ofOwnBroker('its listeners') || withoutPeer('kcat'),
}, async (t) => {
  const { brokers, certs, leat } = await cluster(t)
  await certs('client', 'gone', 'late')
  const foreign = certsIn(temporaryFolder(t))
  await foreign('ca')
  await foreign('client', 'mallory')
  expire(certs.folder, 'late')
  const [broker = ''] = brokers
  const knock = async (folder: string | undefined, seconds: number) => {
    const options = [
      ...['security.protocol=SSL', `ssl.ca.location=${join(certs.folder, 'ca.crt')}`],
      ...(folder === undefined
        ? []
        : [
            `ssl.certificate.location=${join(folder, 'client.crt')}`,
            `ssl.key.location=${join(folder, 'client.key')}`,
          ]),
    ]
    const flags = options.flatMap((option) => ['-X', option])
    const { exitCode } = await runProgram([
      'kcat',
      '-b',
      broker,
      ...flags,
      '-L',
      '-m',
      String(seconds),
    ])
    return exitCode === 0
  }
  const refused = async (why: RegExp, folder?: string) => {
    const before = leat.program.stderr.length
    const said = () => leat.program.stderr.slice(before)
    // Who waits for two seconds may have given up before leat has looked at the certificate.
    const isSaid = async () => {
      assert.equal(await knock(folder, 2), false)
      return why.test(said())
    }
    await eventually(`${why} is said`, isSaid).catch((error: Error) => {
      throw new Error(`${error.message}: ${said()}`)
    })
  }
  const gone = join(certs.folder, 'clients/gone')
  assert.equal(await knock(gone, 60), true)
  await certs('revoke', 'gone')
  await eventually('the list of revoked certificates is read', () =>
    leat.program.stderr.includes('Keys and certificates have changed'),
  )
  await refused(/its certificate is revoked/, gone)
  await refused(/it shows no certificate/)
  await refused(/no authority that this listener trusts/, join(foreign.folder, 'clients/mallory'))
  await refused(/has expired/, join(certs.folder, 'clients/late'))
})

interface Cluster {
  readonly leat: LeatProcess
  readonly brokers: readonly string[]
  readonly certs: ReturnType<typeof certsIn>
}

/** leat behind three ports of one machine, as the course's file has it. */
async function cluster(t: TestContext): Promise<Cluster> {
  const certs = certsIn(temporaryFolder(t))
  await certs('init', '--host', '127.0.0.1')
  const file = (name: string) => join(certs.folder, name)
  const tls = {
    keystore: file('server.p12'),
    password: `\${file:${file('server.password')}}`,
    truststore: file('truststore.p12'),
    truststorePassword: `\${file:${file('server.password')}}`,
    crl: file('revoked.crl'),
    clientAuth: 'required',
  }
  const brokers = (await freePorts(3)).map((port) => `127.0.0.1:${port}`)
  const principalMappingRules = 'RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/L,DEFAULT'
  const leat = await startLeat(t, {
    kafka: {
      listeners: brokers.map((bind) => ({ bind, tls, principalMappingRules })),
      config: { 'group.initial.rebalance.delay.ms': 0, 'log.retention.ms': 3_600_000 },
    },
    access: { superUsers: ['landau'] },
  })
  return { leat, brokers, certs }
}

/** `leat certs` on a folder. */
function certsIn(folder: string) {
  const run = async (action: string, ...args: string[]) => {
    const command = [...leatCommand, 'certs', action, '-d', folder, ...args]
    await outputOf(command, { env: { LEAT_CERTS_PASSWORD: password } })
  }
  return Object.assign(run, { folder })
}

function roles(t: TestContext, certs: string, [broker = '']: readonly string[]) {
  return {
    /** A tool of Kafka's in the hands of the super user. */
    async admin(tool: 'TopicCommand' | 'AclCommand', ...args: string[]): Promise<void> {
      const properties = join(certs, 'clients/landau/client-ssl.properties')
      const as = ['--bootstrap-server', broker, '--command-config', properties]
      await outputOf(kafkaTool('4.3.1', tool, ...as, ...args), { deadlineMs: 60_000 })
    },
    /** A program in a folder with `auth`, where the files have the names that it knows. */
    student(name: string, program: string, brokers: string) {
      const folder = temporaryFolder(t)
      mkdirSync(join(folder, 'auth'))
      const [from, to] = [join(certs, 'clients', name), join(folder, 'auth')]
      copyFileSync(join(from, 'ca.crt'), join(to, 'ca.crt'))
      copyFileSync(join(from, 'keystore.p12'), join(to, 'kafka.keystore.pkcs12'))
      const command = [python, '-u', join(programs, program), brokers, 'client60', password]
      return { folder, command }
    },
  }
}

/** Puts a certificate of last year in the place of a client's. */
function expire(folder: string, client: string): void {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const authority = {
    key: createPrivateKey(read('ca.key')),
    chain: [new X509Certificate(read('ca.crt'))],
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const dates = { from: new Date('2025-01-01'), to: new Date('2025-02-01') }
  const wanted = { subject: `CN=${client}`, key: privateKey, purpose: 'client', ...dates } as const
  const certificate = issueCertificate(wanted, authority, systemRandom)
  writeFileSync(join(folder, 'clients', client, 'client.crt'), String(certificate))
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' })
  writeFileSync(join(folder, 'clients', client, 'client.key'), key)
}
