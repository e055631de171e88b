/**
 * `npm run bench -- connect [--rounds 3] [--records 200000]`: topic → MariaDB beside Kafka Connect with
 * Debezium's JDBC sink, on one Apache Kafka and one MariaDB, in alternating runs; then the memory of
 * leat with everything in it, topic → Redis beside what redis-benchmark reaches, and what has no peer
 * here: the requests that the registry answers.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startApacheKafka } from '../test/helpers/apache-kafka.ts'
import { ConnectRest } from '../test/helpers/connect.ts'
import { eventually } from '../test/helpers/eventually.ts'
import type { Owner } from '../test/helpers/folders.ts'
import { connectClassPath, KafkaConnect } from '../test/helpers/kafka-connect.ts'
import { startLeat } from '../test/helpers/leat.ts'
import { type Mariadb, startMariadb } from '../test/helpers/mariadb.ts'
import { peersHome } from '../test/helpers/peers.ts'
import { startRedis } from '../test/helpers/redis.ts'
import { machine } from './machine.ts'
import { withOwner } from './owner.ts'
import { cpuSeconds, residentMegabytes } from './process-figures.ts'
import { asAvro, asJson, fillTopic } from './readings.ts'
import { keysPerSecond, mostKeysPerSecond } from './redis.ts'
import { requestsPerSecond } from './requests.ts'
import { median, type Row, table } from './table.ts'

interface Worker {
  readonly rest: ConnectRest
  readonly pid: number
}

interface Side {
  readonly name: string
  readonly worker: Worker
  readonly topic: string
  readonly config: Record<string, string>
}

interface Figures {
  readonly rowsPerSecond: number[]
  readonly cpuSeconds: number[]
}

const database = 'bench'
const json = {
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable': 'true',
}
const credentials = { user: 'bench', password: 'bench' }

export async function benchConnect(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      records: { type: 'string', default: '200000' },
    },
  })
  const [rounds, records] = [Number(values.rounds), Number(values.records)]
  await withOwner(async (owner) => {
    const mariadb = await startMariadb(owner)
    await mariadb.makeDatabase(database)
    const { user, password } = credentials
    await mariadb.ask('', `CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'`)
    await mariadb.ask('', `GRANT ALL ON *.* TO '${user}'@'%'`)
    const { rows, megabytes: peer } = await besideKafkaConnect(owner, mariadb, rounds, records)
    const alone = await leatAlone(owner, mariadb, records)
    console.log(`\n${machine()}; ${records} records, medians of ${rounds} alternating rounds\n`)
    const what = 'memory after load, broker and registry included'
    const memory = { what, unit: 'MB', leat: alone.megabytes, peer, moreIsBetter: false }
    console.log(table([...rows, memory], 'Kafka Connect'))
    console.log('\n| leat alone | figure |\n|---|---|')
    for (const [what, figure] of alone.figures) console.log(`| ${what} | ${figure} |`)
  })
}

async function besideKafkaConnect(owner: Owner, mariadb: Mariadb, rounds: number, records: number) {
  const kafka = await startApacheKafka(owner)
  const leat = await startLeat(owner, {
    kafka: { brokers: [kafka.brokers] },
    registry: true,
    connectors: {},
  })
  const connect = await KafkaConnect.on(owner, kafka.brokers, {
    prefix: 'peer',
    config: { 'plugin.path': join(peersHome, 'debezium-jdbc-3.6.0') },
    // The options of Kafka's own start script.
    java: [
      ...['java', '-Xms256M', '-Xmx2G', '-server', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'],
      ...['-cp', connectClassPath],
    ],
  })
  await connect.start()
  await fillTopic(kafka.brokers, 'json', records, asJson)
  await fillTopic(kafka.brokers, 'avro', records, await asAvro(leat.registryUrl, 'avro'))

  const ours = {
    name: 'leat',
    worker: { rest: new ConnectRest(leat.connectUrl), pid: leat.program.pid ?? 0 },
    topic: 'json',
    config: { ...leatSink(mariadb), ...json },
  }
  const avro = { ...ours, name: 'leat, Avro', topic: 'avro', config: leatAvro(mariadb, leat) }
  const peer = (name: string, batch: number, parameters = ''): Side => ({
    name,
    worker: { rest: connect, pid: connect.pid ?? 0 },
    topic: 'json',
    config: { ...debeziumSink(mariadb, batch, parameters), ...json },
  })
  const sides = [
    ...[ours, avro, peer('batch.size 500', 500), peer('batch.size 3000', 3000)],
    peer('batch.size 3000, useBulkStmts', 3000, '?useBulkStmts=true'),
  ]
  const figures = new Map<string, Figures>()
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      const { rowsPerSecond, cpu } = await run(side, mariadb, records)
      const all = figures.get(side.name) ?? { rowsPerSecond: [], cpuSeconds: [] }
      all.rowsPerSecond.push(rowsPerSecond)
      all.cpuSeconds.push((cpu / records) * 100_000)
      figures.set(side.name, all)
      console.error(`${side.name}: ${Math.round(rowsPerSecond)} rows/s, ${cpu.toFixed(2)} s`)
    }
  }
  const megabytes = residentMegabytes(kafka.pid ?? 0) + residentMegabytes(connect.pid ?? 0)
  await connect.stop()
  await leat.stop()
  await kafka.stop()
  return { rows: rowsOf(figures), megabytes }
}

/** The rate from the first rows that are seen to the last row, and the CPU from the connector's start. */
async function run({ worker, topic, config }: Side, mariadb: Mariadb, records: number) {
  const name = `${topic}-${Math.random().toString(36).slice(2, 8)}`
  await using conversation = await mariadb.converse(database)
  await conversation.ask(`DROP TABLE IF EXISTS \`${topic}\``)
  const before = cpuSeconds(worker.pid)
  const made = await worker.rest.ask('PUT', `/connectors/${name}/config`, config)
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  const rows = async () => {
    const asked = conversation.ask(`SELECT MAX(ID) + 1 AS n FROM \`${topic}\``)
    const found = await asked.catch((error: { errno?: number }) => {
      if (error.errno !== tableMissing) throw error
      return []
    })
    return Number(found[0]?.n ?? 0)
  }
  const first = await eventually('the first rows are there', rows, 60_000).catch(async (error) => {
    const { body } = await worker.rest.ask('GET', `/connectors/${name}/status`)
    throw new Error(JSON.stringify(body), { cause: error })
  })
  const start = performance.now()
  await eventually('all rows are there', async () => (await rows()) === records, 300_000)
  const rowsPerSecond = ((records - first) / (performance.now() - start)) * 1000
  const cpu = cpuSeconds(worker.pid) - before
  await worker.rest.ask('DELETE', `/connectors/${name}`)
  return { rowsPerSecond, cpu }
}

/** MySQL's error of a table that is not there. */
const tableMissing = 1146

function leatSink(mariadb: Mariadb) {
  return {
    'connector.class': 'io.confluent.connect.jdbc.JdbcSinkConnector',
    'connection.url': mariadb.url(database),
    'connection.user': credentials.user,
    'connection.password': credentials.password,
    topics: 'json',
    'tasks.max': '1',
    'insert.mode': 'upsert',
    'pk.mode': 'record_value',
    'pk.fields': 'ID',
    'auto.create': 'true',
    'consumer.override.auto.offset.reset': 'earliest',
  }
}

function leatAvro(mariadb: Mariadb, { registryUrl }: { registryUrl: string }) {
  return {
    ...leatSink(mariadb),
    topics: 'avro',
    'value.converter': 'io.confluent.connect.avro.AvroConverter',
    'value.converter.schema.registry.url': registryUrl,
  }
}

function debeziumSink(mariadb: Mariadb, batch: number, parameters: string) {
  return {
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    'connection.url': mariadb.url(database) + parameters,
    'connection.username': credentials.user,
    'connection.password': credentials.password,
    topics: 'json',
    'tasks.max': '1',
    'insert.mode': 'upsert',
    'primary.key.mode': 'record_value',
    'primary.key.fields': 'ID',
    'schema.evolution': 'basic',
    'batch.size': String(batch),
    'consumer.override.max.poll.records': String(batch),
  }
}

function rowsOf(figures: Map<string, Figures>): Row[] {
  const of = (name: string) => figures.get(name) ?? { rowsPerSecond: [], cpuSeconds: [] }
  const rows: Row[] = []
  for (const [name, peer] of figures) {
    if (name.startsWith('leat')) continue
    for (const ours of ['leat', 'leat, Avro']) {
      const what = `topic → MariaDB, upsert, ${ours === 'leat' ? 'JSON' : 'Avro beside JSON'}; ${name}`
      rows.push(
        {
          ...{ what, unit: 'rows/s', moreIsBetter: true, goal: 3 },
          ...{ leat: median(of(ours).rowsPerSecond), peer: median(peer.rowsPerSecond) },
        },
        {
          ...{ what: `${what}: CPU per 100,000`, unit: 's', moreIsBetter: false },
          ...{ leat: median(of(ours).cpuSeconds), peer: median(peer.cpuSeconds) },
        },
      )
    }
  }
  return rows
}

/** One process: broker, registry, Connect and one sink at a time. */
async function leatAlone(owner: Owner, mariadb: Mariadb, records: number) {
  const leat = await startLeat(owner, { registry: true, connectors: {} })
  const pid = leat.program.pid ?? 0
  const worker = { rest: new ConnectRest(leat.connectUrl), pid }
  const figures: [string, string][] = [['memory idle', `${residentMegabytes(pid).toFixed(0)} MB`]]
  await fillTopic(leat.brokers, 'avro', records, await asAvro(leat.registryUrl, 'avro'))
  figures.push(['memory after producing', `${residentMegabytes(pid).toFixed(0)} MB`])
  const config = leatAvro(mariadb, leat)
  const { rowsPerSecond } = await run({ name: '', worker, topic: 'avro', config }, mariadb, records)
  const megabytes = residentMegabytes(pid)
  figures.push(
    ['topic → MariaDB, Avro, broker and registry inside', `${Math.round(rowsPerSecond)} rows/s`],
    ['memory after that load', `${megabytes.toFixed(0)} MB`],
    ...(await requestsPerSecond(leat.registryUrl, 'avro-value')),
  )
  const redis = await startRedis(owner)
  const keys = { leat: await keysPerSecond(worker.rest, 'avro', redis, records), most: 0 }
  keys.most = await mostKeysPerSecond(redis, records)
  const share = `${Math.round(keys.leat)} keys/s; redis-benchmark, 50 SETs at a time: ${Math.round(keys.most)}`
  figures.push(['topic → Redis, keys and offsets in one transaction', share])
  return { megabytes, figures }
}
