/**
 * `npm run bench -- tls [--rounds 3] [--quick]`: TLS 1.3 beside a real Apache Kafka, with the same
 * certificates and the same cipher suite: records, handshakes, and the memory of idle connections.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { parseArgs } from 'node:util'
import { ApacheKafka, classPath } from '../test/helpers/apache-kafka.ts'
import { type Owner, temporaryFolder } from '../test/helpers/folders.ts'
import { LeatProcess, leatCommand } from '../test/helpers/leat.ts'
import { freePorts } from '../test/helpers/ports.ts'
import { outputOf } from '../test/helpers/programs.ts'
import { machine } from './machine.ts'
import { deleteTopic, makeTopic } from './make-topic.ts'
import { withOwner } from './owner.ts'
import { cpuSeconds, residentMegabytes } from './process-figures.ts'
import { median, type Row, table } from './table.ts'
import { consumerPerformance, producerPerformance } from './tools.ts'

const cipher = 'TLS_AES_256_GCM_SHA384'
const password = 'changeit'
const handshakeSeconds = 5

interface Subject {
  readonly name: 'leat' | 'kafka'
  /** Without TLS, to make topics. */
  readonly brokers: string
  readonly secure: string
  readonly pid: number
}

type Note = (
  name: Subject['name'],
  what: string,
  row: Omit<Row, 'what' | 'leat' | 'peer'>,
  value: number,
) => void

export async function benchTls(args: readonly string[]): Promise<void> {
  const options = {
    rounds: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
  } as const
  const { values } = parseArgs({ args: [...args], options })
  const scale = values.quick ? 0.2 : 1
  const figures = new Map<
    string,
    Omit<Row, 'leat' | 'peer'> & { leat: number[]; kafka: number[] }
  >()
  const note: Note = (name, what, row, value) => {
    const figure = figures.get(what) ?? { what, ...row, leat: [], kafka: [] }
    figure[name].push(value)
    figures.set(what, figure)
    console.error(`${name.padEnd(5)} ${what}: ${value.toFixed(3)} ${row.unit}`)
  }
  await withOwner(async (owner) => {
    const folder = temporaryFolder(owner)
    const init = ['certs', 'init', '-d', folder, '--host', '127.0.0.1']
    await outputOf([...leatCommand, ...init], { env: { LEAT_CERTS_PASSWORD: password } })
    const subjects = [await startLeat(owner, folder), await startKafka(owner, folder)]
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const subject of subjects) await measureRecords(subject, folder, round, scale, note)
      for (const subject of subjects) await measureHandshakes(subject, note)
    }
    for (const subject of subjects) await measureIdle(subject, folder, 10_000 * scale, note)
  })
  const rows = [...figures.values()].map((row) => ({
    ...row,
    leat: median(row.leat),
    peer: median(row.kafka),
  }))
  console.log(`\n${machine()}; ${cipher}; medians of ${values.rounds} rounds\n\n${table(rows)}`)
}

async function measureRecords(
  { name, brokers, secure, pid }: Subject,
  folder: string,
  round: number,
  scale: number,
  note: Note,
): Promise<void> {
  const topic = `tls-${round}`
  const load = { brokers: secure, topic, records: 600_000 * scale, recordBytes: 1024 }
  const clientConfig = join(folder, 'clients/client/client-ssl.properties')
  await makeTopic({ brokers }, topic, 6)
  let before = cpuSeconds(pid)
  const produced = await producerPerformance({ ...load, acks: 'all', clientConfig })
  const more = { unit: 'records/s', moreIsBetter: true, goal: 1 }
  const cpu = { unit: 's', moreIsBetter: false }
  note(name, 'produce 1 KiB, 6 partitions', more, produced.recordsPerSecond)
  note(name, 'produce: broker CPU', cpu, cpuSeconds(pid) - before)
  before = cpuSeconds(pid)
  note(
    name,
    'consume 1 KiB, 6 partitions',
    more,
    await consumerPerformance({ ...load, clientConfig }),
  )
  note(name, 'consume: broker CPU', cpu, cpuSeconds(pid) - before)
  await deleteTopic({ brokers }, topic)
}

/** Whole ones, without a session to resume, one after the other. */
async function measureHandshakes({ name, secure, pid }: Subject, note: Note): Promise<void> {
  const before = cpuSeconds(pid)
  const time = ['-time', String(handshakeSeconds), '-ciphersuites', cipher]
  const said = await outputOf(['openssl', 's_time', '-connect', secure, '-new', ...time])
  const count = Number(/(\d+) connections in \d+ real seconds/.exec(said)?.[1] ?? Number.NaN)
  const more = { unit: '1/s', moreIsBetter: true, goal: 1 }
  note(name, 'handshakes', more, count / handshakeSeconds)
  const cpu = { unit: 'ms', moreIsBetter: false }
  note(name, 'handshake: broker CPU', cpu, ((cpuSeconds(pid) - before) * 1000) / count)
}

async function measureIdle(
  { name, secure, pid }: Subject,
  folder: string,
  count: number,
  note: Note,
) {
  const [host = '', port] = secure.split(':')
  const ca = readFileSync(join(folder, 'ca.crt'))
  const sockets: TLSSocket[] = []
  const before = residentMegabytes(pid)
  for (let opened = 0; opened < count; opened++) {
    const socket = connect({ host, port: Number(port), ca })
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve)
      socket.once('error', reject)
    })
    sockets.push(socket)
  }
  const kilobytes = ((residentMegabytes(pid) - before) * 1000) / count
  for (const socket of sockets) socket.destroy()
  note(name, 'memory of an idle connection', { unit: 'kB', moreIsBetter: false }, kilobytes)
}

async function startLeat(owner: Owner, folder: string): Promise<Subject> {
  const [plain = 0, secure = 0, mqtt = 0, console = 0] = await freePorts(4)
  const tls = { keystore: join(folder, 'server.p12'), password, ciphers: cipher }
  const listeners = [{ bind: `127.0.0.1:${plain}` }, { bind: `127.0.0.1:${secure}`, tls }]
  const settings = { kafka: { durability: 'os', listeners } }
  const leat = new LeatProcess(temporaryFolder(owner), [plain, mqtt, console], settings)
  owner.after(() => leat.kill())
  await leat.start()
  return {
    name: 'leat',
    brokers: leat.brokers,
    secure: `127.0.0.1:${secure}`,
    pid: leat.program.pid ?? 0,
  }
}

async function startKafka(owner: Owner, folder: string): Promise<Subject> {
  const [plain = 0, secure = 0, controller = 0] = await freePorts(3)
  const config = {
    listeners: `PLAINTEXT://127.0.0.1:${plain},SSL://127.0.0.1:${secure},CONTROLLER://127.0.0.1:${controller}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SSL:SSL,CONTROLLER:PLAINTEXT',
    'ssl.keystore.location': join(folder, 'server.p12'),
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.password': password,
    'ssl.cipher.suites': cipher,
  }
  // The options of Kafka's own start script.
  const java = ['java', '-Xmx1G', '-Xms1G', '-server', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20']
  const command = [...java, '-cp', classPath]
  const kafka = new ApacheKafka(temporaryFolder(owner), plain, controller, config, command)
  owner.after(() => kafka.kill())
  await kafka.format()
  await kafka.start()
  return {
    name: 'kafka',
    brokers: kafka.brokers,
    secure: `127.0.0.1:${secure}`,
    pid: kafka.pid ?? 0,
  }
}
