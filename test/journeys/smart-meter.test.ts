/**
 * The smart meter: a program that knows only librdkafka and an Avro schema's id writes readings, and
 * connectors keep them in a database, as other systems' users are used to configure them.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { apacheKafkaPeers, describeClusters, newApacheKafka } from '../helpers/clusters.ts'
import { ConnectRest } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLeat } from '../helpers/leat.ts'
import { startMariadb } from '../helpers/mariadb.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { startRedis } from '../helpers/redis.ts'
import { apiKey, startSecuredLeat } from '../helpers/secured-leat.ts'
import {
  connectionOf,
  meterPeer,
  meterPrograms,
  smartMeter2MySQL,
  startMeter,
} from '../helpers/smart-meter.ts'

describeClusters((newCluster) => {
  async function start(t: TestContext) {
    const database = await startMariadb(t)
    await database.makeDatabase('Readings')
    const kafka = await newCluster(t)
    const leat = await startLeat(t, { kafka, registry: true, connectors: {} })
    const rest = new ConnectRest(leat.connectUrl)
    return { database, leat, rest, meter: await startMeter(leat) }
  }

  test('readings become rows, their times DATETIME(3), and a meter that starts again updates them', {
    skip: withoutPeer(meterPeer, 'mariadb'),
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
      assert.ok(age >= 0 && age < 600_000, `${modified} is a time of this run, in UTC`)
    }

    await meter.run(50)
    const last = (all: Awaited<ReturnType<typeof rows>>) => String(all.at(-1)?.modified)
    await eventually('the readings of the second run took the place', async () => {
      const again = await rows()
      return again.length === 50 && last(again) > last(first)
    })
  })

  test('rows come back into a topic under a schema that its reader takes from the registry as it is', {
    skip: withoutPeer(meterPeer, 'mariadb'),
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
    // By their times alone, rows that come when later ones were read are passed over.
    const rows = () => database.ask('Readings', 'SELECT ID FROM Readings')
    await eventually('all are rows', async () => (await rows().catch(() => [])).length === 30)
    const made = await rest.ask('POST', '/connectors', { name: 'MySQL2Kafka', config: source })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    await eventually('a schema is registered', async () =>
      (await meter.registry.subjects()).includes('SM_Readings-value'),
    )

    const { text } = await meter.registry.latest('SM_Readings-value')
    const pasted = join(leat.folder, 'schema2.txt')
    writeFileSync(pasted, text)
    const fields = JSON.parse(text).fields.map(
      ({ name, type }: { name: string; type: unknown }) => [name, type],
    )
    assert.deepEqual(fields.slice(0, 3), [
      ['ID', 'long'],
      ['profile_name', 'string'],
      ['temperature', ['null', 'double']],
    ])
    const env = { CRED_FILE: meter.credentials, SCHEMA_FILE: pasted, COUNT: '30' }
    const command = [pythonOf(meterPeer), join(meterPrograms, 'avro_consumer.py')]
    const said = await outputOf(command, { env })
    const lines = said.trim().split('\n')
    assert.equal(lines.length, 30)
    for (const line of lines)
      assert.match(line, /^Consumed record with key None and value \{'ID': \d+, 'profile_name': '/)
    const ids = new Set(lines.map((line) => /'ID': (\d+)/.exec(line)?.[1]))
    assert.equal(ids.size, 30)
  })

  test('in INSERT mode a meter that starts again makes the task fail, visibly, and loses nothing', {
    skip: withoutPeer(meterPeer, 'mariadb'),
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
    skip: withoutPeer(meterPeer, 'redis'),
  }, async (t) => {
    const redis = await startRedis(t)
    const leat = await startLeat(t, { kafka: await newCluster(t), connectors: {} })
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
    const send = [pythonOf(meterPeer), join(meterPrograms, 'produce_image.py')]
    const said = await outputOf(send, { env: { CRED_FILE: credentials, IMAGE_FILE: sent } })
    assert.equal(said, 'message was produced to topic ToRedis!\n')
    const keys = async () => (await redis.ask(1, 'keys', '*')).split('\n').sort()
    await eventually('the picture is there', async () => (await keys()).includes('fromKafka'))
    const receive = [pythonOf(meterPeer), join(meterPrograms, 'receive_image.py')]
    const env = {
      REDIS_PORT: `${redis.port}`,
      REDIS_PASSWORD: redis.password,
      IMAGE_FILE: received,
    }
    await outputOf(receive, { env })
    assert.ok(readFileSync(received).equals(picture))
    assert.deepEqual(await keys(), ['__kafka.offset.ToRedis.0', 'fromKafka'])
  })
})

test('a meter with an API key writes over SASL_SSL, its readings become rows and come back to the same key', {
  skip: withoutPeer(meterPeer, 'mariadb', 'openssl'),
}, async (t) => {
  const database = await startMariadb(t)
  await database.makeDatabase('Readings')
  const secured = await startSecuredLeat(t, { registry: true, connectors: {} })
  const { leat, authority } = secured
  // The file that comes with a key, and the one line that an authority of one's own takes.
  const credentials = {
    'bootstrap.servers': secured.brokers,
    'security.protocol': 'SASL_SSL',
    'sasl.mechanisms': 'PLAIN',
    'sasl.username': apiKey.user,
    'sasl.password': apiKey.password,
    'session.timeout.ms': 1000,
    'ssl.ca.location': authority.certificate,
  }
  const meter = await startMeter(leat, credentials)
  const said = await meter.run(30)
  assert.match(said, /^Produced record to topic Readings partition \[0\] @ offset 0\n/)
  const rest = new ConnectRest(leat.connectUrl)
  const sink = { ...smartMeter2MySQL, ...connectionOf(database) }
  await rest.ask('POST', '/connectors', { name: 'smartMeter2MySQL', config: sink })
  const rows = () => database.ask('Readings', 'SELECT * FROM Readings')
  await eventually(
    'all readings are rows',
    async () => (await rows().catch(() => [])).length === 30,
  )
  const source = {
    ...{ 'connector.class': 'MySqlSource', 'topic.prefix': 'SM_', ...connectionOf(database) },
    ...{ 'table.whitelist': 'Readings', 'timestamp.column.name': 'modified' },
    ...{ 'output.data.format': 'AVRO', 'poll.interval.ms': '500', 'tasks.max': '1' },
  }
  await rest.ask('POST', '/connectors', { name: 'MySQL2Kafka', config: source })
  await eventually('a schema is registered', async () =>
    (await meter.registry.subjects()).includes('SM_Readings-value'),
  )
  const pasted = join(leat.folder, 'schema2.txt')
  writeFileSync(pasted, (await meter.registry.latest('SM_Readings-value')).text)
  const consumer = [pythonOf(meterPeer), join(meterPrograms, 'avro_consumer.py')]
  const env = { CRED_FILE: meter.credentials, SCHEMA_FILE: pasted, COUNT: '30' }
  const heard = await outputOf(consumer, { env })
  assert.equal(new Set(heard.match(/'ID': \d+/g)).size, 30)

  const wrong = join(leat.folder, 'wrong.json')
  writeFileSync(wrong, JSON.stringify({ ...credentials, 'sasl.password': 'guess' }))
  const listing = `
import json, sys
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
conf = json.load(open(sys.argv[1]))
conf.pop('session.timeout.ms')
errors = []
admin = AdminClient({**conf, 'error_cb': lambda error: errors.append(error.name())})
try:
    admin.list_topics(timeout=10)
except KafkaException:
    admin.poll(0)
print(sorted(set(errors)))
`
  assert.match(await outputOf([pythonOf(meterPeer), '-c', listing, wrong]), /_AUTHENTICATION/)
  const told = `${leat.program.stdout}${leat.program.stderr}`
  assert.ok(!told.includes(apiKey.password) && !told.includes('guess'))
})

test('two leats before an Apache Kafka keep every reading once, also when the one at work is killed', {
  skip: withoutPeer(meterPeer, 'mariadb', ...apacheKafkaPeers),
}, async (t) => {
  const database = await startMariadb(t)
  await database.makeDatabase('Readings')
  const settings = { kafka: await newApacheKafka(t), registry: true, connectors: {} }
  const leats = [await startLeat(t, settings), await startLeat(t, settings)] as const
  const meter = await startMeter(leats[0])
  const rest = new ConnectRest(leats[0].connectUrl)
  const config = { ...smartMeter2MySQL, ...connectionOf(database) }
  await rest.ask('POST', '/connectors', { name: 'smartMeter2MySQL', config })
  const { tasks } = await rest.becomes('smartMeter2MySQL', 'RUNNING')
  const works = leats.find(({ connectPort }) => tasks[0].worker_id.endsWith(`:${connectPort}`))
  const stays = leats.find((leat) => leat !== works)
  assert.ok(works !== undefined && stays !== undefined, tasks[0].worker_id)
  const ids = async () =>
    (await database.ask('Readings', 'SELECT ID FROM Readings ORDER BY ID').catch(() => [])).map(
      ({ ID }) => ID,
    )

  const count = 3000
  const writing = meter.run(count)
  await eventually('some readings are rows', async () => (await ids()).length > 100)
  await works.kill()
  await writing
  const all = Array.from({ length: count }, (_, index) => index)
  await eventually('all readings are rows', async () => (await ids()).length === count, 120_000)
  assert.deepEqual(await ids(), all)
  const left = new ConnectRest(stays.connectUrl)
  const status = await left.becomes('smartMeter2MySQL', 'RUNNING')
  assert.ok(status.tasks[0].worker_id.endsWith(`:${stays.connectPort}`))
})
