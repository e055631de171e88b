/**
 * The smart meter: a program that knows only librdkafka and an Avro schema's id writes readings, and
 * connectors keep them in a database, as other systems' users are used to configure them.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { RegistryClient } from '../../src/client/registry/index.ts'
import { ConnectRest } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'
import { type Mariadb, startMariadb } from '../helpers/mariadb.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { startRedis } from '../helpers/redis.ts'

const peer = 'confluent-serializers-2.15.0'
const programs = join(import.meta.dirname, 'programs')

/** The readings' schema as users paste it: a timestamp that only Connect's name tells. */
const schema = JSON.stringify({
  type: 'record',
  name: 'SmartMeterReading',
  namespace: 'com.OntarioTechU.SOFE4630U',
  fields: [
    { name: 'ID', type: 'long', doc: 'number of the reading' },
    { name: 'profile_name', type: 'string', doc: 'place' },
    { name: 'temperature', type: ['null', 'double'], doc: 'degrees' },
    { name: 'humidity', type: ['null', 'double'], doc: 'per cent' },
    { name: 'pressure', type: ['null', 'double'], doc: 'bar' },
    {
      name: 'modified',
      type: {
        'connect.name': 'org.apache.kafka.connect.data.Timestamp',
        'connect.version': 1,
        type: 'long',
      },
      doc: 'time of the reading',
    },
  ],
})

/** The meter, its file of credentials, and the id that is typed into it. */
async function startMeter(leat: LeatProcess) {
  const registry = new RegistryClient({ urls: [leat.registryUrl] })
  const schemaId = await registry.register('Readings-value', { type: 'AVRO', text: schema })
  const [credentials, schemaFile] = [
    join(leat.folder, 'cred.json'),
    join(leat.folder, 'schema.txt'),
  ]
  writeFileSync(credentials, JSON.stringify({ 'bootstrap.servers': leat.brokers }))
  writeFileSync(schemaFile, schema)
  const files = { CRED_FILE: credentials, SCHEMA_FILE: schemaFile, SCHEMA_ID: `${schemaId}` }
  const run = async (count: number) => {
    const env = { ...files, COUNT: `${count}`, INTERVAL: '0.001' }
    return await outputOf([pythonOf(peer), join(programs, 'smart_meter.py')], {
      env,
      deadlineMs: 60_000,
    })
  }
  return { registry, credentials, run }
}

function connectionOf(database: Mariadb) {
  return {
    'connection.host': '127.0.0.1',
    'connection.port': `${database.port}`,
    'connection.user': database.user,
    'connection.password': '',
    'db.name': 'Readings',
    'ssl.mode': 'prefer',
  }
}

const smartMeter2MySQL = {
  'connector.class': 'MySqlSink',
  'kafka.auth.mode': 'KAFKA_API_KEY',
  'kafka.api.key': 'unused',
  'kafka.api.secret': 'unused',
  topics: 'Readings',
  'input.data.format': 'AVRO',
  'input.key.format': 'STRING',
  'insert.mode': 'UPSERT',
  'auto.create': 'true',
  'auto.evolve': 'true',
  'pk.mode': 'record_value',
  'pk.fields': 'ID',
  'tasks.max': '1',
}

async function start(t: Parameters<typeof startLeat>[0]) {
  const database = await startMariadb(t)
  await database.makeDatabase('Readings')
  const leat = await startLeat(t, { registry: true, connectors: {} })
  const rest = new ConnectRest(leat.connectUrl)
  return { database, leat, rest, meter: await startMeter(leat) }
}

test('readings become rows, their times DATETIME(3), and a meter that starts again updates them', {
  skip: withoutPeer(peer, 'mariadb'),
}, async (t) => {
  const { database, rest, meter } = await start(t)
  const said = await meter.run(50)
  assert.match(said, /^Produced record to topic Readings partition \[0\] @ offset 0\n/)
  const config = { ...smartMeter2MySQL, ...connectionOf(database) }
  const made = await rest.ask('POST', '/connectors', { name: 'smartMeter2MySQL', config })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  await rest.becomes('smartMeter2MySQL', 'RUNNING')
  const rows = () => database.ask('Readings', 'SELECT * FROM Readings ORDER BY ID')
  await eventually(
    'all readings are rows',
    async () => (await rows().catch(() => [])).length === 50,
  )

  const columns = await database.ask('Readings', 'SHOW COLUMNS FROM Readings')
  assert.deepEqual(
    columns.map(({ Field, Type, Null, Key }) => [Field, Type, Null, Key]),
    [
      ['ID', 'bigint(20)', 'NO', 'PRI'],
      ['profile_name', 'text', 'NO', ''],
      ['temperature', 'double', 'YES', ''],
      ['humidity', 'double', 'YES', ''],
      ['pressure', 'double', 'YES', ''],
      ['modified', 'datetime(3)', 'NO', ''],
    ],
  )
  const first = await rows()
  assert.ok(
    first.some(({ temperature, humidity, pressure }) =>
      [temperature, humidity, pressure].includes(null),
    ),
  )
  for (const { modified } of first) {
    const age = Date.now() - Date.parse(`${String(modified).replace(' ', 'T')}Z`)
    assert.ok(age >= 0 && age < 120_000, `${modified} is a time of this run, in UTC`)
  }

  await meter.run(50)
  const last = (all: Awaited<ReturnType<typeof rows>>) => String(all.at(-1)?.modified)
  await eventually('the readings of the second run took the place', async () => {
    const again = await rows()
    return again.length === 50 && last(again) > last(first)
  })
})

test('rows come back into a topic under a schema that its reader takes from the registry as it is', {
  skip: withoutPeer(peer, 'mariadb'),
}, async (t) => {
  const { database, leat, rest, meter } = await start(t)
  const sink = { ...smartMeter2MySQL, ...connectionOf(database) }
  await rest.ask('POST', '/connectors', { name: 'smartMeter2MySQL', config: sink })
  await meter.run(30)
  const source = {
    'connector.class': 'MySqlSource',
    'topic.prefix': 'SM_',
    ...connectionOf(database),
    'table.whitelist': 'Readings',
    'timestamp.column.name': 'modified',
    'output.data.format': 'AVRO',
    'poll.interval.ms': '500',
    'tasks.max': '1',
  }
  await eventually(
    'the table is there',
    async () => (await database.ask('Readings', 'SHOW TABLES')).length > 0,
  )
  const made = await rest.ask('POST', '/connectors', { name: 'MySQL2Kafka', config: source })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  await eventually('a schema is registered', async () =>
    (await meter.registry.subjects()).includes('SM_Readings-value'),
  )

  const { text } = await meter.registry.latest('SM_Readings-value')
  const pasted = join(leat.folder, 'schema2.txt')
  writeFileSync(pasted, text)
  const fields = JSON.parse(text).fields.map(({ name, type }: { name: string; type: unknown }) => [
    name,
    type,
  ])
  assert.deepEqual(fields.slice(0, 3), [
    ['ID', 'long'],
    ['profile_name', 'string'],
    ['temperature', ['null', 'double']],
  ])
  const env = { CRED_FILE: meter.credentials, SCHEMA_FILE: pasted, COUNT: '30' }
  const command = [pythonOf(peer), join(programs, 'avro_consumer.py')]
  const said = await outputOf(command, { env, deadlineMs: 60_000 })
  const lines = said.trim().split('\n')
  assert.equal(lines.length, 30)
  for (const line of lines)
    assert.match(line, /^Consumed record with key None and value \{'ID': \d+, 'profile_name': '/)
  const ids = new Set(lines.map((line) => /'ID': (\d+)/.exec(line)?.[1]))
  assert.equal(ids.size, 30)
})

test('in INSERT mode a meter that starts again makes the task fail, visibly, and loses nothing', {
  skip: withoutPeer(peer, 'mariadb'),
}, async (t) => {
  const { database, rest, meter } = await start(t)
  const config = { ...smartMeter2MySQL, ...connectionOf(database), 'insert.mode': 'INSERT' }
  await rest.ask('POST', '/connectors', { name: 'inserting', config })
  await meter.run(20)
  const count = async () =>
    (await database.ask('Readings', 'SELECT COUNT(*) AS n FROM Readings'))[0]?.n
  await eventually('the first run is there', async () => (await count().catch(() => 0)) === 20)
  await meter.run(1)
  await eventually('the task failed', async () => {
    const { body } = await rest.ask('GET', '/connectors/inserting/status')
    return body.tasks[0]?.state === 'FAILED' && /Duplicate entry '0'/.test(body.tasks[0].trace)
  })
  assert.equal(await count(), 20)
})

test('a picture goes through a topic into Redis and out again, byte for byte', {
  skip: withoutPeer(peer, 'redis'),
}, async (t) => {
  const redis = await startRedis(t)
  const leat = await startLeat(t, { connectors: {} })
  const rest = new ConnectRest(leat.connectUrl)
  const config = {
    'connector.class': 'RedisSink',
    topics: 'ToRedis',
    'redis.hostname': '127.0.0.1',
    'redis.portnumber': `${redis.port}`,
    'redis.database': '1',
    'redis.server.password': redis.password,
    'redis.ssl.mode': 'disabled',
    'input.data.format': 'BYTES',
    'input.key.format': 'STRING',
    'tasks.max': '1',
  }
  const made = await rest.ask('POST', '/connectors', { name: 'Kafka2Redis', config })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const [sent, received] = [join(leat.folder, 'sent.jpg'), join(leat.folder, 'received.jpg')]
  const picture = seededRandom(4).bytes(900_000)
  writeFileSync(sent, picture)
  const credentials = join(leat.folder, 'cred.json')
  writeFileSync(credentials, JSON.stringify({ 'bootstrap.servers': leat.brokers }))
  const send = [pythonOf(peer), join(programs, 'produce_image.py')]
  const said = await outputOf(send, { env: { CRED_FILE: credentials, IMAGE_FILE: sent } })
  assert.equal(said, 'message was produced to topic ToRedis!\n')
  const keys = async () => (await redis.ask(1, 'keys', '*')).split('\n').sort()
  await eventually('the picture is there', async () => (await keys()).includes('fromKafka'))
  const receive = [pythonOf(peer), join(programs, 'receive_image.py')]
  const env = { REDIS_PORT: `${redis.port}`, REDIS_PASSWORD: redis.password, IMAGE_FILE: received }
  await outputOf(receive, { env })
  assert.ok(readFileSync(received).equals(picture))
  assert.deepEqual(await keys(), ['__kafka.offset.ToRedis.0', 'fromKafka'])
})
